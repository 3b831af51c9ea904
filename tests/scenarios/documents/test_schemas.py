"""The labels in the JSON Schemas, which somebody may have generated classes from."""

import json
import re

import pytest
from vglab.scenarios.documents.schemas import SCHEMAS

OF_A_SCENARIO = "Choice Dataset Gan Network Player Predict Run Stage Task Text Training"
OF_A_RESULT = "Both Change Found Health LastFound Net Predicted Result Spread Stage"
PUBLISHED = {
    "run": f"{OF_A_SCENARIO} Finding LastFinding LayerInfo Lens Measures Net OwnData OwnPart"
    " Predicted RunDocument Scenario Seconds StepMeasures ThroughTime",
    "scenario": f"{OF_A_SCENARIO} ScenarioFile",
    "sweep": "Found LastFound Line Net Predicted",
    "compare": f"{OF_A_RESULT} Comparison Entry",
    "remedies": f"{OF_A_RESULT} Standing Tournament",
    "claims": "Examination Finding Part Tried",
    "watch": "ExplainedFinding Extent LatestMeasures RecordedDiagnosis RecordedLayer"
    " RecordedOptimizer RepeatedBlock WatchDocument WatchedRun",
    "record": "RecordLine RecordedLayer RecordedOptimizer RepeatedBlock",
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_types_are_called_as_they_were_published(name: str) -> None:
    schema = json.loads(SCHEMAS[name]())
    assert sorted(schema["$defs"]) == sorted(PUBLISHED[name].split())
    assert {label for label, part in schema["$defs"].items() if part["title"] != label} == set()
    assert schema["$ref"].removeprefix("#/$defs/") in schema["$defs"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_reference_leads_to_a_definition(name: str) -> None:
    text = SCHEMAS[name]().decode()
    assert set(re.findall(r'"\$ref": "#/\$defs/(.*)"', text)) == {*json.loads(text)["$defs"]}
