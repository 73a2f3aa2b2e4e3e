"""Forms of the item bank: one class a type of question, lists written a line each."""

from lsp.exams.forms.bank.arranging import HotspotForm, MatchingForm, OrderingForm
from lsp.exams.forms.bank.base import ItemForm, TypeForm
from lsp.exams.forms.bank.choices import ChoiceForm, MultipleChoiceForm, TrueFalseForm
from lsp.exams.forms.bank.filled_in import GapFillForm, NumericalForm, ShortAnswerForm
from lsp.exams.forms.bank.persons import EssayForm, FileUploadForm, OralForm
from lsp.exams.rules.kinds import ItemType

__all__ = ["FORMS", "HotspotForm", "ItemForm", "TypeForm"]

FORMS: dict[ItemType, type[ItemForm]] = {
    form.type: form
    for form in (
        ChoiceForm,
        MultipleChoiceForm,
        TrueFalseForm,
        ShortAnswerForm,
        NumericalForm,
        MatchingForm,
        OrderingForm,
        GapFillForm,
        HotspotForm,
        EssayForm,
        FileUploadForm,
        OralForm,
    )
}
