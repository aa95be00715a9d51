"""The sentences of contacts (連絡先). An event refers to a contact, so no sentence can say whom to call."""

from __future__ import annotations

from typing import assert_never

from shiendomain.registry import ContactErased, ContactEvent, ContactMoved, ContactRecorded, ContactRenewed

from .sentence import Sentence, moved_to, sentence


def describe_contact(event: ContactEvent) -> Sentence:
    """The sentence of an event of a contact."""
    contact = event.contact_id
    match event:
        case ContactRecorded():
            about, purpose = event.about, event.purpose
            ja, en = f"{about.ja}の連絡先を記録（{purpose.ja}）", f"Contact of a {about.value} recorded: {purpose.en}"
            return sentence(ja, en, contact, event.subject_id)
        case ContactErased():
            return sentence(f"連絡先を消去（{event.reason.ja}）", f"Contact erased: {event.reason.en}", contact)
        case ContactMoved():
            return moved_to("連絡先", "Contact", contact, event)
        case ContactRenewed():
            until = event.keep_until
            return sentence(f"連絡先の保存期限を更新（{until} まで）", f"Contact kept until {until}", contact)
        case _:
            assert_never(event)
