"""Joint draws of who holds which place on which day, and of each claimant's record, given the claims.

In: `Claims`, control maps, places, neighbours. Out: a `Belief`: posterior draws with
their convergence figures; or, for a long war, a `Track`: marginals only. Nothing here reads a file or keeps prose.
"""

from vedette.belief.evidence import Evidence, Known, gather
from vedette.belief.exact import ExactPosterior, Given, exact_posterior
from vedette.belief.explain import (
    PARETO_LIMIT,
    Weight,
    change_between,
    weights_at,
    without,
    without_camp,
    without_map,
)
from vedette.belief.factored import Track, track
from vedette.belief.histories import RECENT_DAYS, recent_histories
from vedette.belief.posterior import ESS_LIMIT, RHAT_LIMIT, Belief, Convergence
from vedette.belief.record import (
    Figure,
    MapRecord,
    Record,
    Repulses,
    judged,
    map_records,
    records_of,
    repulses_of,
    track_record,
)
from vedette.belief.sampler import Effort, infer, nowcasts
from vedette.belief.watch import Checkpoint, lesson_before

__all__ = [
    "ESS_LIMIT",
    "PARETO_LIMIT",
    "RECENT_DAYS",
    "RHAT_LIMIT",
    "Belief",
    "Checkpoint",
    "Convergence",
    "Effort",
    "Evidence",
    "ExactPosterior",
    "Figure",
    "Given",
    "Known",
    "MapRecord",
    "Record",
    "Repulses",
    "Track",
    "Weight",
    "change_between",
    "exact_posterior",
    "gather",
    "infer",
    "judged",
    "lesson_before",
    "map_records",
    "nowcasts",
    "recent_histories",
    "records_of",
    "repulses_of",
    "track",
    "track_record",
    "weights_at",
    "without",
    "without_camp",
    "without_map",
]
