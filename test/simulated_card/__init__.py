"""A graphics card that is not there: PyTorch's allocator, a model's memory, and an `nvidia-smi` that reports both."""
