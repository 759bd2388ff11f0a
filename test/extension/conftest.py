"""What the shim's tests share."""

import json
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

from stand_in_process import LISTENING, StandIn  # noqa: E402

PRINT_SCHEMA = """import { protocolJsonSchema } from './service/protocol/schema.ts';
process.stdout.write(JSON.stringify(protocolJsonSchema()));"""


@pytest.fixture(scope="session")
def schemas():
    """The protocol's JSON Schema by direction, from the sources themselves where the built file is not there."""
    built = ROOT / "docs" / "protocol.schema.json"
    if built.is_file():
        return json.loads(built.read_text(encoding="utf-8"))
    command = ["node", "tools/run.mjs", "--input-type=module", "-e", PRINT_SCHEMA]
    return json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


@pytest.fixture
def assert_host_messages(schemas):
    """Each message is one that the sidecar reads."""
    validator = jsonschema.Draft202012Validator(schemas["host"])

    def check(messages):
        for message in messages:
            validator.validate(json.loads(json.dumps(message)))

    return check


@pytest.fixture(scope="session")
def wait_for():
    """Until `condition()` holds; what it returned."""

    def wait(condition, limit_s=60.0):
        deadline_s = time.monotonic() + limit_s
        while time.monotonic() < deadline_s:
            result = condition()
            if result:
                return result
            time.sleep(0.02)
        raise AssertionError("it did not happen")

    return wait


@pytest.fixture
def stand_in(tmp_path, wait_for):
    started = []

    def start(*flags):
        one = StandIn(tmp_path, *flags)
        started.append(one)
        wait_for(lambda: LISTENING.search(one.log.read_text()))
        wait_for(lambda: one.heard("environment"))
        return one

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()
