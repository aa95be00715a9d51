"""The reason that a person gives on the command line: what every text of a record must say, and must not."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from shiendomain.personal_data import personal_data
from shiendomain.vocabulary import Reason
from shienops._output import wrong

_LENGTH = TypeAdapter(Reason)


def reason_of(text: str, option: str = "--reason") -> str:
    """The reason without surrounding blanks. Ends the command with code 2 where the services would refuse it too."""
    reason = text.strip()
    if not any(character.isalnum() for character in reason):
        raise wrong("文字か数字を含む理由を指定してください", "give a reason with a letter or a digit", option)
    if found := personal_data(reason):
        raise wrong(
            f"「{found.seen}」は{found.kind.ja}とみられます。記録は残るため、取り除いてください",
            f"{found.seen}: {found.kind.en}. Records are kept, so no text may tell who somebody is; leave it out",
            option,
        )
    try:
        return _LENGTH.validate_python(reason)
    except ValidationError:
        raise wrong(
            "理由が長すぎます（2,000 字まで）", "the reason is too long (up to 2,000 characters)", option
        ) from None
