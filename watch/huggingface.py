"""Watch a training of Hugging Face's Trainer: `Trainer(…, callbacks=[WatchTrainer("run.jsonl")])`.

`Trainer` and what is built on it (TRL, Axolotl, LLaMA-Factory) hand model and optimizer to their
callbacks; accumulation, clipping and mixed precision are theirs and are seen through.
"""

from __future__ import annotations

import os
from typing import Any

from transformers import TrainerCallback

from .pytorch.watch import Watch, watch


class WatchTrainer(TrainerCallback):
    """Records a training from its first step to its last."""

    def __init__(self, path: str | os.PathLike[str] = "run.jsonl", **options: Any) -> None:
        """`options` are those of `watch`."""
        self.path, self.options = path, options
        self.watch: Watch | None = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        """Sets the hooks."""
        options: dict[str, Any] = {"steps": state.max_steps, **self.options}
        self.watch = watch(given["model"], given["optimizer"], self.path, **options)

    def on_log(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        """Notes what Trainer logs, the loss among it."""
        logs = given.get("logs") or {}
        figures = {k: v for k, v in logs.items() if isinstance(v, int | float)}
        if self.watch is not None and "loss" in figures:
            self.watch.note(**figures)

    def on_train_end(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        """Closes the file."""
        if self.watch is not None:
            self.watch.close()
