"""What /openapi.json promises holds for whatever is sent: schemathesis asks what it allows, and what it forbids."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)
from support.articles import FAQ, HONEY
from support.server_client import Log, app

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
schema = schemathesis.openapi.from_asgi("/openapi.json", app(HONEY, FAQ, log=Log(), rate=0, hosts=("*",)))


@pytest.mark.slow
@schema.parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
def test_every_reply_conforms(case):
    """No request makes an error of ours; each reply has a status and a shape that are described."""
    case.call_and_validate(checks=CHECKS)
