"""In: what a curator decides. Out: the decision as it stands in the ledger; and all that were made."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from api.curating import decision_data
from api.http.keys import Caller, require
from api.http.paging import Page, Paged
from api.http.problems import Problem
from api.http.state import Held
from api.http.view import NOT_MODIFIED, Graph

router = APIRouter(prefix="/v1", tags=["curation"])
Curates = Annotated[Caller, Depends(require("curate"))]
Name = Annotated[str, Field(min_length=1, max_length=500)]
Verb = Literal["accept", "reject", "merge", "split", "recommend", "same", "undo"]


class Deciding(BaseModel):
    """What is decided, as on the command line: `docs/serving.md` tells what each verb takes."""

    verb: Verb
    subject: Name = Field(description="An id, a firm's name (`same`), or a decision's number (`undo`).")
    others: list[Name] = Field(default=[], max_length=1000, description="The other id or name, or the articles.")
    by: str | None = Field(default=None, max_length=200, description="Who decides; the name of the key if left out.")
    why: str | None = Field(default=None, max_length=5000, description="The reason; kept with it.")

    model_config = {
        "extra": "forbid",
        "json_schema_extra": {
            "examples": [{"verb": "reject", "subject": "claim-3f2a9c51d0b84e17", "by": "kim", "why": "says otherwise"}]
        },
    }


class DecisionModel(BaseModel):
    """A decision; `number` is what `undo` names it by, and the `seq` at which it was made."""

    number: int
    at: str
    verb: str
    subject: str
    by: str
    detail: dict[str, Any]


class DecisionAnswer(DecisionModel):
    """The decision that was made."""

    seq: int


@router.post("/decisions", status_code=201, summary="Decide")
def decide(deciding: Deciding, service: Held, caller: Curates) -> DecisionAnswer:
    """Decide what the reading left open or got wrong; it holds whatever is read later, until it is undone."""
    by = _signed(deciding.by, caller)
    with service.store() as store:
        made = store.curate(deciding.verb, deciding.subject, deciding.others, by=by, why=deciding.why)
        return DecisionAnswer(seq=store.seq, **_data(decision_data(made)))


def _signed(by: str | None, caller: Caller) -> str:
    """Say who decides: the key's name stands beside any other, so that nobody decides as somebody else."""
    name = caller.key.name if caller.key else ""
    told = (by or "").strip()
    if told and name and told != name:
        return f"{told} (by key {name})"
    if told or name:
        return told or name
    raise Problem(422, "Nobody decides", "say in `by` who decides")


@router.get("/decisions", summary="All decisions", dependencies=[Depends(require("read"))], responses=NOT_MODIFIED)
def decisions(graph: Graph, paging: Paged) -> Page[DecisionModel]:
    """List the decisions, oldest first; those that were undone as well."""
    found, after = paging.cut(graph.decisions, lambda one: (f"{one.seq:012}",))
    return Page(seq=graph.seq, items=[DecisionModel(**_data(decision_data(one))) for one in found], next=after)


def _data(data: dict[str, Any]) -> dict[str, Any]:
    return {"number": data.pop("seq"), **data}
