"""Treebanks and the base encoder go in, a trained model comes out; checkpointed after every epoch, resumable."""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from extract.pieces import WordPieces
from extract.training import gold, weights
from extract.training.batches import Batch
from extract.training.model import Model, dev_scores
from extract.training.network import LAYERS
from extract.training.sets import Sets

SAID, KEPT = 50, 100


@dataclass(frozen=True, slots=True)
class Plan:
    """How the model is trained."""

    epochs: int = 9
    window: int = 160
    budget: int = 1600
    encoder_rate: float = 2e-4
    head_rate: float = 1.6e-3
    layer_decay: float = 0.88
    decay: float = 0.01
    warm: float = 0.06
    average: float = 0.998
    clip: float = 2.0
    seed: int = 20_24
    causal: bool = False  # whether causal heads learn as well, beside a share of the treebanks
    share: float = 1.0
    old_rate: float = 1.6e-3  # of the heads that the first stage has trained


SYNTAX = Plan()
JOINT = Plan(epochs=16, encoder_rate=1e-4, head_rate=1.4e-3, old_rate=3e-4, average=0.994, causal=True, share=0.3)
FIRST_SHARE = 0.6
_NEW = ("linker", "heads.told", "heads.link", *(f"heads.{head}." for head in gold.HEADS[gold.HEADS.index("event") :]))

Material = Callable[[random.Random], list[Batch]]


class Average:
    """A running mean of the weights."""

    def __init__(self, model: nn.Module, rate: float) -> None:
        """Starts from the weights of `model`."""
        self.rate = rate
        self.mean = {name: p.detach().clone() for name, p in model.named_parameters()}

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        """Moves the mean towards the weights of `model`."""
        rate = min(self.rate, (1 + step) / (10 + step))
        mean = [self.mean[name] for name, _ in model.named_parameters()]
        torch._foreach_lerp_(mean, [p.detach() for _, p in model.named_parameters()], 1 - rate)

    @torch.no_grad()
    def swap(self, model: nn.Module) -> None:
        """Exchanges the mean and the weights of `model`."""
        for name, parameter in model.named_parameters():
            kept = parameter.detach().clone()
            parameter.copy_(self.mean[name])
            self.mean[name] = kept


def groups_of(model: Model, plan: Plan) -> list[dict[str, object]]:
    """Returns the optimiser's groups: a smaller rate for deeper layers, no decay for vectors."""
    groups: dict[tuple[float, float], list[Tensor]] = {}
    for name, parameter in model.named_parameters():
        rate = plan.head_rate if name.startswith(_NEW) else plan.old_rate
        if name.startswith("encoder.layers."):
            rate = plan.encoder_rate * plan.layer_decay ** (LAYERS - 1 - int(name.split(".")[2]))
        elif name.startswith(("encoder.positions", "encoder.norm")):
            rate = plan.encoder_rate * plan.layer_decay**LAYERS
        decay = plan.decay if parameter.ndim > 1 and "mix" not in name else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return [{"params": found, "lr": rate, "weight_decay": decay} for (rate, decay), found in groups.items()]


def rate_at(done: float, warm: float) -> float:
    """Returns the share of the full learning rate when a share of the training is done: up, then down to 0."""
    return done / warm if done < warm else max(0.0, (1 - done) / (1 - warm))


class Clock:
    """Tells how much of the training is done: by steps, or by time where minutes are given."""

    def __init__(self, minutes: float | None, done: float) -> None:
        """Starts now, with a share already `done` by an earlier run."""
        self.began, self.minutes, self.before = time.monotonic(), minutes, done

    def done(self, step: int, steps: int) -> float:
        """Returns the share that is done, 1 at the end."""
        if self.minutes is None:
            return step / max(1, steps)
        spent = (time.monotonic() - self.began) / (60 * self.minutes)
        return min(1.0, self.before + (1 - self.before) * spent)


class Trainer:
    """Trains one model, epoch by epoch."""

    def __init__(self, plan: Plan, labels: gold.Labels, pieces: WordPieces, vocabulary: int, state: Path) -> None:
        """Builds an untrained model and the optimiser."""
        self.plan, self.pieces, self.state = plan, pieces, state
        torch.manual_seed(plan.seed)
        self.model = Model(labels, vocabulary)
        self.optimiser = torch.optim.AdamW(groups_of(self.model, plan), betas=(0.9, 0.98), fused=True)
        self.rates = [float(group["lr"]) for group in self.optimiser.param_groups]
        self.average = Average(self.model, plan.average)
        self.epoch, self.step, self.done = 0, 0, 0.0

    def start(self, base: Path) -> None:
        """Takes over the base encoder's weights."""
        self.model.encoder.load_base(weights.tensors(base / "model.safetensors"))
        self.average = Average(self.model, self.plan.average)

    def go_on(self, model: Model) -> None:
        """Starts from the weights of a model."""
        self.take(model.state_dict())

    def take(self, kept: dict[str, Tensor]) -> None:
        """Starts from weights by name; what they lack stays untrained, and a new mix begins as the last one."""
        mix = kept["encoder.mix"]
        own = self.model.state_dict()
        missing = len(own["encoder.mix"]) - len(mix)
        kept = {**own, **kept, "encoder.mix": torch.cat([mix, mix[-1:].expand(missing, -1)])}
        self.model.load_state_dict(kept)
        self.average = Average(self.model, self.plan.average)

    def resume(self) -> bool:
        """Goes on from the last checkpoint, if there is one."""
        path = self.state / "checkpoint.pt"
        if not path.is_file():
            return False
        kept = torch.load(path)
        self.model.load_state_dict(kept["model"])
        self.optimiser.load_state_dict(kept["optimiser"])
        self.average.mean = kept["mean"]
        self.epoch, self.step, self.done = kept["epoch"], kept["step"], kept.get("done", 0.06)
        return True

    def save(self) -> None:
        """Writes a checkpoint: whole, or not at all."""
        kept = {
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "mean": self.average.mean,
            "epoch": self.epoch,
            "step": self.step,
            "done": self.done,
        }
        torch.save(kept, self.state / "checkpoint.new")
        (self.state / "checkpoint.new").replace(self.state / "checkpoint.pt")

    def run_epoch(self, material: Material, clock: Clock, log: Path) -> None:
        """Trains one epoch over the batches, or what time is left of it."""
        torch.manual_seed(self.plan.seed + self.step)
        found = material(random.Random(self.plan.seed * 1_000_000 + self.step))
        self.model.train()
        began, sums = time.monotonic(), dict[str, float]()
        for place, batch in enumerate(found):
            steps = self.step - place + len(found) * (self.plan.epochs - self.epoch)
            self.done = clock.done(self.step, steps)
            if self.done >= 1:
                break
            for name, value in self._learn(batch).items():
                sums[name] = sums.get(name, 0.0) + value
            if place % SAID == SAID - 1:
                spent = round(time.monotonic() - began)
                _note(log, {"step": self.step, "done": round(self.done, 3), "seconds": spent, **_means(sums, SAID)})
                sums = {}
            if place % KEPT == KEPT - 1:
                self.save()
        self.epoch += 1

    def _learn(self, batch: Batch) -> dict[str, float]:
        """Takes one step and returns the losses."""
        share = rate_at(self.done, self.plan.warm)
        for group, rate in zip(self.optimiser.param_groups, self.rates, strict=True):
            group["lr"] = rate * share
        losses = self.model.loss(batch)
        self.optimiser.zero_grad(set_to_none=True)
        torch.stack(list(losses.values())).sum().backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.model.parameters(), self.plan.clip)
        self.optimiser.step()
        self.average.update(self.model, self.step)
        self.step += 1
        return {name: float(value.detach()) for name, value in losses.items()}

    def check(self, parts: Mapping[str, Sequence[Batch]], log: Path) -> None:
        """Measures the averaged weights on the dev parts and notes the scores."""
        self.average.swap(self.model)
        for name, found in parts.items():
            scores = dev_scores(self.model, found)
            _note(log, {"epoch": self.epoch, "set": name, **scores})
        self.average.swap(self.model)


def _means(sums: dict[str, float], number: int) -> dict[str, float]:
    return {name: round(value / number, 3) for name, value in sums.items()}


def _note(log: Path, entry: dict[str, object]) -> None:
    line = json.dumps(entry)
    print(line, flush=True)
    with log.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def train(data: Path, state: Path, minutes: float | None = None, most: int | None = None) -> Model:
    """Trains, or goes on training, and returns the model with averaged weights.

    First tags, trees and entities on the treebanks, then all heads jointly on all sets.

    Args:
        data: folder with the sets.
        state: folder for checkpoints, base weights and the log.
        minutes: end after that long, however many epochs that gives; the learning rate falls by the clock.
        most: only that many documents of each part, for a quick trial.
    """
    base = weights.fetch(state / "base")
    share = None if minutes is None else minutes * FIRST_SHARE
    first = _stage(SYNTAX, data, state, state, share, most, lambda trainer: trainer.start(base))
    rest = None if minutes is None else minutes - minutes * FIRST_SHARE
    return _stage(JOINT, data, state, state / "joint", rest, most, lambda trainer: trainer.go_on(first))


def joint(data: Path, state: Path, minutes: float | None, most: int | None = None) -> Model:
    """Trains all heads jointly from a model whose first stage has been trained in `state`."""
    first = torch.load(state / "checkpoint.pt")
    kept = {**first["model"], **first["mean"]}
    return _stage(JOINT, data, state, state / "joint", minutes, most, lambda trainer: trainer.take(kept))


def _stage(
    plan: Plan,
    data: Path,
    state: Path,
    own: Path,
    minutes: float | None,
    most: int | None,
    begin: Callable[[Trainer], None],
) -> Model:
    own.mkdir(parents=True, exist_ok=True)
    vocabulary = (state / "base" / "vocab.txt").read_text(encoding="utf-8").splitlines()
    pieces = WordPieces(vocabulary)
    labels = gold.collect_labels(data)
    (state / "labels.json").write_text(json.dumps(labels.of), encoding="utf-8")
    trainer = Trainer(plan, labels, pieces, len(vocabulary), own)
    if not trainer.resume():
        begin(trainer)
        _note(own / "log.jsonl", {"plan": asdict(plan)})
    sets = Sets(data, state / "passages", labels, pieces, plan, most)
    clock = Clock(minutes, trainer.done)
    while trainer.done < 1 and (minutes or trainer.epoch < plan.epochs):
        trainer.run_epoch(sets.material, clock, own / "log.jsonl")
        trainer.save()
        trainer.check(sets.dev(), own / "log.jsonl")
    _note(own / "log.jsonl", {"step": trainer.step, "done": trainer.done})
    trainer.average.swap(trainer.model)
    return trainer.model


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains from the command line."""
    parser = argparse.ArgumentParser(prog="python -m extract.training.train", description=main.__doc__)
    parser.add_argument("data", type=Path, help="folder with the treebanks and entity sets")
    parser.add_argument("--state", type=Path, default=Path(".training"), help="folder for checkpoints")
    parser.add_argument("--joint", action="store_true", help="only the second stage, from the first one's checkpoint")
    parser.add_argument("--minutes", type=float, default=None, help="end after that long, whatever the epochs")
    parser.add_argument("--most", type=int, default=None, help="documents of each part, for a quick trial")
    given = parser.parse_args(arguments)
    torch.set_num_threads(2)
    (joint if given.joint else train)(given.data, given.state, given.minutes, given.most)


if __name__ == "__main__":
    main()
