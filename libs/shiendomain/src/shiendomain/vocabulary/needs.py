"""Words of surveys and needs."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from ..words import Word
from .resources import LaunchNotGiven, SourceKind


class AgeBand(Word):
    """The age band of the people a need is about; never a birth date."""

    ANY = "any", "指定なし", "Any age"
    FROM_65 = "from_65", "65〜74歳", "65 to 74"
    FROM_75 = "from_75", "75〜84歳", "75 to 84"
    FROM_85 = "from_85", "85歳以上", "85 and over"


class Frequency(Word):
    """How often support is needed. WEEKLY and MONTHLY mean at least once in that period."""

    DAILY = "daily", "毎日", "Every day"
    WEEKLY = "weekly", "週1回以上", "Once a week or more"
    MONTHLY = "monthly", "月1回以上", "Once a month or more"
    OCCASIONAL = "occasional", "不定期", "Occasionally"


class Urgency(Word):
    """How urgent a need is."""

    NORMAL = "normal", "通常", "Normal"
    SOON = "soon", "早めの対応", "Soon"
    URGENT = "urgent", "緊急", "Urgent"


class NeedSource(Word):
    """The source of a need: the words of `SourceKind`, and the two that a published list cannot take in any more."""

    COORDINATOR = "coordinator", "コーディネーターの聞き取り", "Heard by a coordinator"
    CONSULTATION = "consultation", "相談", "Consultation"
    SURVEY = "survey", "ニーズ・資源調査", "Survey of needs and resources"
    CHECKLIST = "checklist", "基本チェックリスト", "Basic checklist"
    OUTREACH = "outreach", "働きかけ", "Outreach"
    COUNCIL = "council", "協議体", "Council"
    IMPORT = "import", "一覧の取込み", "Imported list"
    LAUNCH = "launch", "制度化されたサービス", "Institutionalised service"

    @property
    def kind(self) -> SourceKind:
        """The word that comes nearest to it in `SourceKind`: a checklist is a questionnaire, outreach is a talk."""
        match self:
            case NeedSource.CHECKLIST:
                return SourceKind.SURVEY
            case NeedSource.OUTREACH:
                return SourceKind.COORDINATOR
            case _:
                return SourceKind[self.name]

    @property
    def exact(self) -> NeedSource | None:
        """The word itself where `kind` does not say it exactly, else nothing."""
        return None if self.kind.value == self.value else self


def _not_launch(source: NeedSource) -> NeedSource:
    if source is NeedSource.LAUNCH:
        raise LaunchNotGiven
    return source


GivenNeedSource = Annotated[NeedSource, AfterValidator(_not_launch)]
"""The source of a need as a person gives it: no need comes from a launch."""


class Weekday(Word):
    """A day of the week."""

    MON = "mon", "月", "Monday"
    TUE = "tue", "火", "Tuesday"
    WED = "wed", "水", "Wednesday"
    THU = "thu", "木", "Thursday"
    FRI = "fri", "金", "Friday"
    SAT = "sat", "土", "Saturday"
    SUN = "sun", "日", "Sunday"


class SurveyMethod(Word):
    """How a survey collects its answers."""

    INTERVIEW = "interview", "聞き取り", "Interviews"
    QUESTIONNAIRE = "questionnaire", "アンケート", "Questionnaire"
    WORKSHOP = "workshop", "ワークショップ", "Workshop"
    RECORDS = "records", "既存資料", "Existing records"


class Likeness(Word):
    """In what a need is like another one that is about to be recorded."""

    KIND = "kind", "支援の種類が同じ", "Same kind of support"
    AREA = "area", "同じ地域", "Same area"
    NEAR = "near", "地域が近い", "Nearby area"
    WEEKDAYS = "weekdays", "曜日が重なる", "Weekdays overlap"
    NOTE = "note", "備考が似ている", "Similar note"


class IssueOutcome(Word):
    """What came of a local issue that is closed."""

    SOLVED_LOCALLY = "solved_locally", "地域で解決", "Solved by the district itself"
    ANSWERED_BY_SERVICE = "answered_by_service", "サービスで対応", "Answered by a service"
    MERGED = "merged", "他の課題に統合", "Merged into another issue"
    NO_LONGER = "no_longer", "課題ではなくなった", "No longer an issue"


class MergedNotGiven(ValueError):
    """A person names a merger as the outcome of the issue they close."""

    en = "a merger is recorded when the issues are merged; give another outcome"
    ja = "統合による終了は、地域課題を統合したときに記録されます。ほかの結果を指定してください"


def _not_merged(outcome: IssueOutcome) -> IssueOutcome:
    if outcome is IssueOutcome.MERGED:
        raise MergedNotGiven
    return outcome


GivenIssueOutcome = Annotated[IssueOutcome, AfterValidator(_not_merged)]
"""The outcome as a person gives it: only merging two issues records that one."""
