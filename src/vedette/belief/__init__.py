"""Joint draws of who holds which place on which day, and of each claimant's record, given the claims.

In: `Claims`, control maps, places, neighbours. Out: a `Belief`: posterior draws with
their convergence figures; or, for a long war, a `Track`: marginals only. Nothing here reads a file or keeps prose.
"""

from vedette.belief.evidence import Evidence, gather
from vedette.belief.exact import ExactPosterior, Given, exact_posterior
from vedette.belief.explain import PARETO_LIMIT, Weight, weights_at, without, without_camp
from vedette.belief.factored import Checkpoint, Track, lesson_before, track
from vedette.belief.posterior import Belief, Convergence
from vedette.belief.record import Figure, Record, Repulses, records_of, repulses_of, track_record
from vedette.belief.sampler import Effort, infer, nowcasts

__all__ = [
    "PARETO_LIMIT",
    "Belief",
    "Checkpoint",
    "Convergence",
    "Effort",
    "Evidence",
    "ExactPosterior",
    "Figure",
    "Given",
    "Record",
    "Repulses",
    "Track",
    "Weight",
    "exact_posterior",
    "gather",
    "infer",
    "lesson_before",
    "nowcasts",
    "records_of",
    "repulses_of",
    "track",
    "track_record",
    "weights_at",
    "without",
    "without_camp",
]
