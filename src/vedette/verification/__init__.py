"""How right the probabilities were, beside simpler ways to get them.

In: probabilities of control from anyone, and an outcome. Out: a scorecard.
Sees neither belief nor dynamics nor campaign.
"""

from vedette.verification.outcome import Outcome

__all__ = ["Outcome"]
