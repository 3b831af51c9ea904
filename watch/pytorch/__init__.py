"""The recorder inside a PyTorch training. Read in this order: tensors, model, signals, notes,
packing, guard, sampling, scaler, watch; then foreseen, probe: a model before training."""
