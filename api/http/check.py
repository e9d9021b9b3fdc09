"""In: a text over HTTP. Out: the verdict on every figure and causal statement in it, with all that was compared."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from api.checking import check_data
from api.http.keys import require
from api.http.state import Held, Service
from graph.verdicts import VERDICTS

LONGEST: Final = 20_000  # characters; what a request waits for
router = APIRouter(prefix="/v1", tags=["check"], dependencies=[Depends(require("read"))])

Verdict = Annotated[str, Field(description=f"One of {', '.join(VERDICTS)}.")]
Ends = Annotated[
    list[float | None], Field(description="Two ends, the second not included; null where open.", min_length=2)
]


class Text(BaseModel):
    """What is to be checked."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "The Coupang breach exposed 4,500 accounts."}]}
    )

    text: str = Field(min_length=1, max_length=LONGEST, description="A sentence or more, in English.")
    incident: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="What all of it is about: an incident's name, alias or id; null to go by the firms it names.",
    )
    as_of: date | None = Field(default=None, description="Answer from what was published by this day.")


class Arithmetic(BaseModel):
    """The two intervals that decided, and how the claimed one stands to the known one."""

    claimed: Ends
    known: Ends
    outcome: str = Field(description="equal, holds, within, overlaps or apart")
    record: str = Field(description="The id of the figure that it was compared with.")


class Answer(BaseModel):
    """The verdict on one statement; `says` is it in one sentence."""

    kind: str = Field(description="figure or causal")
    verdict: Verdict
    reason: str = Field(description="A reason code; docs/checking.md lists them.")
    says: str
    incident: dict[str, str] | None
    statement: dict[str, Any] = Field(description="What the text says, with its place in code points.")
    arithmetic: Arithmetic | None
    compared: list[dict[str, Any]] = Field(description="The records it was held against, those that decide first.")


class Checked(BaseModel):
    """The verdicts on all statements of a text, in its order; none where it states nothing that can be checked."""

    seq: int = Field(description="The number of the ledger's entry that the answer shows.")
    as_of: date | None
    counts: dict[str, int]
    statements: list[Answer]


@router.post("/check", summary="Is it so? A verdict on every figure and causal statement of a text")
async def check(asked: Text, service: Held) -> Checked:
    """Read the text, and hold what it states against the records, by interval and by path.

    A text that takes longer than the service allows is answered with 504; sent in parts it may do.
    """
    return await service.checks.run(partial(_checked, asked, service))


def _checked(asked: Text, service: Service) -> Checked:
    graph = service.graph()
    with service.store() as store:
        found = store.check(asked.text, asked.incident, asked.as_of, graph, service.settings.check_seconds)
    return Checked.model_validate(check_data(found, graph))
