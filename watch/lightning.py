"""Watch a training of PyTorch Lightning: `Trainer(callbacks=[WatchCallback("run.jsonl")])`.

Lightning hands each optimizer a closure that computes the gradient: it is measured behind that.
"""

from __future__ import annotations

import os
from typing import Any

from .pytorch.watch import Watch, watch

try:
    from lightning.pytorch import Callback
except ImportError:
    from pytorch_lightning import Callback


class WatchCallback(Callback):
    """Records a training from its first step to its last."""

    def __init__(self, path: str | os.PathLike[str] = "run.jsonl", **options: Any) -> None:
        """`options` are those of `watch`."""
        super().__init__()
        self.path, self.options = path, options
        self.watch: Watch | None = None

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Sets the hooks; model and optimizers are on their devices, and sharded, by now."""
        planned = trainer.estimated_stepping_batches
        steps = int(planned) if planned != float("inf") else None
        options: dict[str, Any] = {"steps": steps, **self.options}
        self.watch = watch(pl_module, trainer.optimizers, self.path, **options)

    def on_train_batch_end(
        self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Notes the loss that `training_step` has returned."""
        loss = outputs.get("loss") if isinstance(outputs, dict) else outputs
        if self.watch is not None and loss is not None:
            self.watch.note(loss=loss)

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        """Closes the file of a training that has failed."""
        if self.watch is not None:
            self.watch.close(finished=False)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        """Closes the file."""
        if self.watch is not None:
            self.watch.close()
