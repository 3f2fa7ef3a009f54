"""The campaign forward: thousands of members, day by day, from joint draws of control; and what a change would change.

In: draws of control as of a day, the ground, priors, a scenario. Out: `Run`, the probability of control on each
day ahead, when places fall and the fighting ends; `Swing`, how much the fall of one place moves the others.
`reference` says the same rules in plain Python.
"""

from vedette.campaign.calibration import Calibration, calibrate
from vedette.campaign.engine import NO_BORDERS, Part, Run, Spread, Task, run, run_task
from vedette.campaign.findings import (
    Swing,
    at_stake,
    compared,
    difference,
    interval,
    side_at_stake,
    swing,
    when_lost,
)
from vedette.campaign.ground import CampaignGround, Eyes, campaign_ground
from vedette.campaign.orders import Orders, forces, orders_of
from vedette.campaign.parameters import CampaignPriors, Parameters, Truces, draw_parameters
from vedette.campaign.past import Front, Past, past_of, repulsed_by_sector
from vedette.campaign.reasons import Reasons, RoadAtRisk, reasons
from vedette.campaign.reference import Member, Told, run_member
from vedette.campaign.scenario import Scenario, read_scenario
from vedette.campaign.strengths import Force, Strengths, strengths_of
from vedette.campaign.support import HELP, Backer, known_and_new

__all__ = [
    "HELP",
    "NO_BORDERS",
    "Backer",
    "Calibration",
    "CampaignGround",
    "CampaignPriors",
    "Eyes",
    "Force",
    "Front",
    "Member",
    "Orders",
    "Parameters",
    "Part",
    "Past",
    "Reasons",
    "RoadAtRisk",
    "Run",
    "Scenario",
    "Spread",
    "Strengths",
    "Swing",
    "Task",
    "Told",
    "Truces",
    "at_stake",
    "calibrate",
    "campaign_ground",
    "compared",
    "difference",
    "draw_parameters",
    "forces",
    "interval",
    "known_and_new",
    "orders_of",
    "past_of",
    "read_scenario",
    "reasons",
    "repulsed_by_sector",
    "run",
    "run_member",
    "run_task",
    "side_at_stake",
    "strengths_of",
    "swing",
    "when_lost",
]
