from datetime import date

import pytest

from graph.assembled import Assembled, Incident
from graph.assembly import assemble
from graph.errors import IncidentError
from graph.incidents import find_incident
from ontology.records import Extraction
from tests.graph.telling import link, tell

HARM = link("breach", "jobs_lost@driver")


def incidents(*extractions: Extraction) -> tuple[Incident, ...]:
    return assemble(extractions, 1).incidents


def test_articles_on_one_firm_within_a_year_are_one_incident() -> None:
    (found,) = incidents(
        tell("a1", HARM, organisation="Acme Inc.", when=date(2025, 11, 18)),
        tell("a2", HARM, organisation="ACME", when=date(2026, 2, 1), kind="ransomware"),
        tell("a3", HARM, organisation="Acme", when=date(2025, 11, 18), kind="data_breach"),
        tell("b1", HARM, organisation="Acme", published=date(2027, 6, 1)),
        tell("b2", HARM, organisation="Acme"),
    )
    assert found.articles == ("a1", "a2", "a3", "b1", "b2")
    assert found.kind == "data_breach"
    assert found.label.endswith("data breach (2025)")
    assert (found.first_day, found.last_day) == (date(2025, 11, 18), date(2026, 2, 1))


def test_two_breaches_of_one_firm_stay_two() -> None:
    early, late = sorted(
        incidents(
            tell("a1", HARM, when=date(2021, 8, 1)),
            tell("a2", HARM, when=date(2023, 1, 5)),
            tell("b1", HARM, published=date(2022, 3, 1)),
            tell("b2", HARM, published=date(2023, 1, 2)),
        ),
        key=lambda incident: incident.label,
    )
    assert (early.label, early.articles) == ("Acme data breach (2021)", ("a1", "b1"))
    assert (late.label, late.articles) == ("Acme data breach (2023)", ("a2", "b2"))
    assert early.id != late.id


def test_a_day_that_is_only_the_day_of_publication_opens_no_window() -> None:
    told, late = date(2021, 8, 1), date(2023, 1, 2)
    (found,) = incidents(tell("a1", HARM, when=told), tell("a2", HARM, when=late, published=late))
    assert (found.articles, found.last_day) == (("a1", "a2"), told)


def test_without_told_days_the_published_ones_make_the_windows() -> None:
    days = (date(2019, 5, 1), date(2020, 4, 1), date(2025, 4, 1))
    found = incidents(*(tell(f"a{day.year}", HARM, published=day) for day in days))
    assert sorted(incident.articles for incident in found) == [("a2019", "a2020"), ("a2025",)]


def test_an_outage_is_another_incident_than_an_attack() -> None:
    assert len(incidents(tell("a1", HARM, kind="outage"), tell("a2", HARM, kind="ransomware"))) == 2


def test_a_firm_is_known_by_what_its_own_articles_call_it() -> None:
    (found,) = incidents(
        tell("a1", HARM, organisation="Jaguar Land Rover", names=("JLR", "the carmaker")),
        tell("a2", HARM, organisation="JLR"),
        tell("a3", HARM, organisation="Jaguar Land Rover"),
    )
    assert found.organisation == "Jaguar Land Rover"
    assert found.aliases == ("JLR", "Jaguar Land Rover")


def test_a_stand_in_joins_no_two_firms() -> None:
    one = tell("a1", HARM, organisation="Acme", names=("the company", "Company"))
    two = tell("a2", HARM, organisation="Bolt", names=("the company", "Company"))
    assert len(incidents(one, two)) == 2


def test_an_article_that_names_nobody_stays_alone() -> None:
    one, two = incidents(tell("a1", HARM, organisation=None), tell("a2", HARM, organisation=None))
    assert {one.articles, two.articles} == {("a1",), ("a2",)}


@pytest.fixture
def two_incidents() -> Assembled:
    return assemble(
        [
            tell("a1", HARM, organisation="Jaguar Land Rover", names=("JLR",), when=date(2025, 8, 31)),
            tell("b1", HARM, organisation="Coupang", when=date(2025, 11, 18)),
        ],
        1,
    )


@pytest.mark.parametrize(
    "name", ["Coupang", "coupang inc", "COUPANG data breach (2025)", "coupang breach", "the Coupang breach"]
)
def test_an_incident_is_found_by_any_of_its_names(two_incidents: Assembled, name: str) -> None:
    assert find_incident(two_incidents, name).organisation == "Coupang"


def test_an_incident_is_found_by_its_id(two_incidents: Assembled) -> None:
    for incident in two_incidents.incidents:
        assert find_incident(two_incidents, incident.id) is incident


def test_a_name_near_miss_is_answered_with_the_right_name(two_incidents: Assembled) -> None:
    with pytest.raises(IncidentError, match=r"'Cupang'; did you mean: Coupang data breach \(2025\)\?"):
        find_incident(two_incidents, "Cupang")


def test_a_name_that_fits_two_is_answered_with_both(two_incidents: Assembled) -> None:
    with pytest.raises(IncidentError, match="fits 2 incidents") as caught:
        find_incident(two_incidents, "data breach")
    assert len(caught.value.candidates) == 2


def test_nothing_there_is_said(two_incidents: Assembled) -> None:
    with pytest.raises(IncidentError, match="holds none"):
        find_incident(Assembled(0), "Coupang")
    with pytest.raises(IncidentError, match="did you mean"):
        find_incident(two_incidents, "zzz qqq")
