import importlib.util
from pathlib import Path
from types import ModuleType


def load_module(path: str) -> ModuleType:
    """Runs a script as a module of its own that is not entered into sys.modules, so that a reload runs it again."""
    spec = importlib.util.spec_from_file_location(Path(path).name, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
