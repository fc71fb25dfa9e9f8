"""Core: why a file cannot be read: a sentence with the file, the line or the entry, and what to do about it."""

from collections.abc import Callable

_LONGEST = 60  # characters that are quoted from a file


def _(text: str) -> str:
    """Mark words of the core for translation; they are translated where they are shown."""
    return text


IN_FILE = _("%(file)s: %(problem)s")
IN_LINE = _("%(file)s, line %(line)s: %(problem)s")
IN_ENTRY = _("%(file)s, entry %(entry)s (line %(line)s): %(problem)s")

EMPTY = _("The file is empty. Download the statement from your bank again.")
TOO_LARGE = _("There are more than %(most)s MB in it. Download the statement for a shorter time.")
TOO_MANY = _("There are more than %(most)s entries in it. Download the statement for a shorter time.")
NO_STATEMENT = _(
    "This is no bank statement that can be read. Choose camt.053, camt.054, MT940 or CSV where your bank offers its"
    " files."
)
A_DOCUMENT = _(
    "This is a document for people, not a file for programs. Choose camt.053, camt.054, MT940 or CSV where your bank"
    " offers its files."
)
A_SPREADSHEET = _("This is a spreadsheet. Save it as CSV and upload that.")
NEEDS_COLUMNS = _("This seems to be a table. Say first what stands in its columns.")
CUT = _("The file ends or breaks off here: %(what)s. Download it again, and upload it as it came.")
BROKEN = _("The file ends or breaks off here. Download it again, and upload it as it came.")
DECLARATIONS = _(
    "The file carries declarations of its own (a DTD), which no bank's statement has. Download it again from your bank."
)
NO_CAMT = _("This XML is no account statement (camt.053) or notification (camt.054). Choose one of these at your bank.")
NO_ENCODING = _("The file is not written in %(encoding)s as it says or as was chosen. Choose another encoding.")
ENCODING = _("The file says that it is written in %(encoding)s, which is not read. Have your bank give it in UTF-8.")
MISSING = _("%(what)s is missing. Download the statement again; if it stays so, ask your bank, or confirm by hand.")
AMOUNT = _("“%(what)s” is no amount. Amounts are written here as %(example)s; see which decimal sign was chosen.")
NEGATIVE = _("The amount %(what)s is negative, which this kind of file does not have. Ask your bank for a right one.")
DECIMALS = _("%(what)s has more decimals than %(currency)s has. See which decimal sign was chosen.")
CURRENCY = _("“%(what)s” is no currency. Three letters name one, as in EUR.")
DATE = _("“%(what)s” is no date. Dates are written here as %(example)s; see which order was chosen.")
SIGN = _("“%(what)s” says neither that money came nor that it went. Say which words mean money that came.")
NO_COLUMN = _("No line has all of these columns: %(what)s. See whether the file is of the bank that was chosen.")
TOO_SHORT = _("The line has fewer cells than there are columns. See which separator was chosen.")
NO_TABLE = _("The line cannot be read as a table: %(what)s. Save it as CSV again, with the separator that was chosen.")
LOCKED = _("The archive is locked with a password. Upload the files without one.")
BROKEN_ARCHIVE = _("The archive is damaged. Download it again.")
NESTED = _("There is an archive within the archive. Upload the files themselves.")
TOO_MANY_FILES = _("There are more than %(most)s files in the archive. Upload them in several.")
WRONG_ACCOUNT = _(
    "This is a statement of the account %(what)s. It should be of %(own)s: upload it there, or choose the right file."
)


class Illegible(ValueError):
    """A file of which nothing is taken over, with a sentence that says why, and its parameters.

    `file` is empty until somebody knows its name; `line` and `entry` are 0 where the whole file is meant.
    """

    def __init__(self, message: str, *, file: str = "", line: int = 0, entry: int = 0, **params: object) -> None:
        self.message, self.file, self.line, self.entry = message, file, line, entry
        self.params = {name: _quoted(value) for name, value in params.items()}
        super().__init__(message)

    def __str__(self) -> str:
        return self.sentence()

    def sentence(self, say: Callable[[str], str] = _) -> str:
        """Return the whole sentence in the language of `say`, which translates."""
        where = IN_ENTRY if self.entry else IN_LINE if self.line else IN_FILE
        problem = say(self.message) % self.params
        if not self.file and where is IN_FILE:
            return problem
        return say(where) % {"file": self.file, "line": self.line, "entry": self.entry, "problem": problem}

    def of(self, file: str) -> "Illegible":
        """Return it with the name of its file."""
        self.file = self.file or file
        return self


def _quoted(value: object) -> str:
    text = "".join(char for char in str(value) if char.isprintable())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
