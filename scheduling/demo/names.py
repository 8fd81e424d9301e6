"""Invented people.  Any likeness is chance; the addresses end in .test and can never be delivered to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "praxis-demo"  # noqa: S105 (invented people; the command refuses to run anywhere else)
ATHENS = "Europe/Athens"


@dataclass(frozen=True)
class Person:
    """A name in Latin letters, in Greek ones (if it has any), and how they live."""

    latin: str
    greek: str = ""
    zone: str = ATHENS
    phone: str = ""

    def name(self, lang: str, *, own: bool = False) -> str:
        """As a page in that language writes it; `own`: in the person's own letters whatever the page."""
        return self.greek if self.greek and (own or lang == "el") else self.latin

    @property
    def language(self) -> str:
        """What they read."""
        return "el" if self.greek else "en"

    @property
    def email(self) -> str:
        """Their address."""
        return f"{'.'.join(self.latin.lower().replace('é', 'e').split())}@people.test"


ELENA = Person("Elena Marinou", "Έλενα Μαρίνου")
DANIEL = Person("Daniel Berg", zone="Europe/London")
KOSTAS = Person("Kostas Raptis", "Κώστας Ράπτης")
DESPINA = Person("Despina Mela", "Δέσποινα Μελά")
ANNA = Person("Anna Vlachou", "Άννα Βλάχου")

MARIA = Person("Maria Papadopoulou", "Μαρία Παπαδοπούλου", phone="694 000 0000")
NIKOS = Person("Nikos Georgiou", "Νίκος Γεωργίου", phone="697 000 0101")
DIMITRA = Person("Dimitra Ioannou", "Δήμητρα Ιωάννου", phone="694 000 0202")
KATERINA = Person("Katerina Antoniou", "Κατερίνα Αντωνίου", phone="698 000 0303")
YANNIS = Person("Yannis Dimitriou", "Γιάννης Δημητρίου", phone="694 000 0404")
ELENI = Person("Eleni Christou", "Ελένη Χρήστου")
PRIYA = Person("Priya Nair", zone="Europe/London", phone="697 000 0505")
ARBEN = Person("Arben Hoxha", phone="698 000 0606")
GIORGOS = Person("Giorgos Vlachos", "Γιώργος Βλάχος", phone="694 000 0707")
LEKKA = Person("Petros and Anna Lekka", "Πέτρος και Άννα Λέκκα", phone="210 000 0808")
STAVROS = Person("Stavros Nikolaou", "Σταύρος Νικολάου")
AMELIE = Person("Amélie Laurent", zone="Europe/Paris")
THOMAS = Person("Thomas Weber", zone="Europe/Berlin")

# The first twenty are Elena's, the last twelve Daniel's: two see both.
CLIENTS = (
    MARIA,
    NIKOS,
    DIMITRA,
    KATERINA,
    YANNIS,
    ELENI,
    PRIYA,
    ARBEN,
    GIORGOS,
    LEKKA,
    STAVROS,
    Person("Ioanna Makri", "Ιωάννα Μακρή", phone="697 000 0909"),
    Person("Sofia Karagianni", "Σοφία Καραγιάννη"),
    Person("Alexandros Pappas", "Αλέξανδρος Παππάς"),
    Person("Oksana Kovalenko", zone="Europe/Kyiv"),
    Person("Nikoleta Stathopoulou", "Νικολέτα Σταθοπούλου"),
    Person("Vasiliki Petridou", "Βασιλική Πετρίδου", phone="694 000 1010"),
    Person("Manolis Xenakis", "Μανώλης Ξενάκης"),
    AMELIE,
    THOMAS,
    Person("Christos Economou", "Χρήστος Οικονόμου"),
    Person("Fatima Haddad"),
    Person("Panagiota Zervou", "Παναγιώτα Ζέρβου", phone="698 000 1111"),
    Person("James O’Connor", zone="Europe/Dublin"),
    Person("Spyros Kontos", "Σπύρος Κόντος"),
    Person("Ingrid Solberg", zone="Europe/Oslo"),
    Person("Thodoris Kalogeropoulos", "Θοδωρής Καλογερόπουλος"),
    Person("Lucía Fernández", zone="Europe/Madrid"),
    Person("Evangelia Sarri", "Ευαγγελία Σαρρή"),
    Person("Dmitri Orlov"),
)
HERS, HIS = CLIENTS[:20], CLIENTS[-12:]

_FIRST = (
    ("Andreas", "Ανδρέας"), ("Irini", "Ειρήνη"), ("Lefteris", "Λευτέρης"), ("Chrysa", "Χρύσα"), ("Petros", "Πέτρος"),
    ("Zoe", "Ζωή"), ("Michalis", "Μιχάλης"), ("Foteini", "Φωτεινή"), ("Aris", "Άρης"), ("Danae", "Δανάη"),
    ("Emma", ""), ("Oliver", ""), ("Leyla", ""), ("Pavel", ""),
)  # fmt: skip
_LAST = (
    ("Rigas", "Ρήγας"), ("Fotiou", "Φωτίου"), ("Alexiou", "Αλεξίου"), ("Kyriakou", "Κυριακού"),
    ("Samaras", "Σαμαράς"), ("Stergiou", "Στεργίου"), ("Doukas", "Δούκας"), ("Eleftheriou", "Ελευθερίου"),
    ("Konstantinou", "Κωνσταντίνου"), ("Savvidis", "Σαββίδης"), ("Thanou", "Θάνου"), ("Vasiliou", "Βασιλείου"),
    ("Lazarou", "Λαζάρου"), ("Mavros", "Μαύρος"),
)  # fmt: skip


def more_people() -> Iterator[Person]:
    """Nearly two hundred others, always the same."""
    for last, greek_last in _LAST:
        for first, greek_first in _FIRST:
            yield Person(f"{first} {last}", f"{greek_first} {greek_last}" if greek_first else "")
