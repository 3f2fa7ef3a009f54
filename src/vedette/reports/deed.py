"""A clause as the rules see it: who does what to what, and what stands around the verb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vedette.reports import vocabulary as words
from vedette.reports.event import MUNITIONS, Event, counted, lemmas, of_which, particles, phrases_behind
from vedette.reports.grammar import agent_and_patient, conjuncts, is_passive
from vedette.reports.tree import Word

__all__ = ["Deed", "deed_of"]

_OURS = {"man", "hero", "guy", "boy", "lad", "comrade", "warrior", "aviation", "infantryman", "pilot", "insurgency"}
"""Who fights, by names that civilians bear too."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb with its agent and patient, whatever the voice.

    `group` is the class of the verb in the vocabulary; `objects` and `doers` the lemmas of
    what is acted on and of who acts; `preps` what stands behind each preposition; `parts`
    particles, adverbs and prepositions.
    """

    verb: Word
    lemma: str
    agent: Word | None
    patient: Word | None
    passive: bool
    group: str | None
    objects: set[str]
    doers: set[str]
    preps: dict[str, Word]
    parts: set[str]
    is_place: Callable[[Word], bool]
    is_actor: Callable[[Word], bool]

    def ground(self, token: Word | None) -> bool:
        """True of a place, a noun for a piece of ground, or a part of either."""
        return token is not None and any(
            t.lemma in words.GROUND
            or self.is_place(t)
            or (
                (t.lemma in words.PARTS or t.pos in {"NUM", "ADJ", "DET", "PRON"})
                and any(self.is_place(g) or g.lemma in words.GROUND or g.pos in {"PROPN", "PRON"} for g in of_which(t))
            )
            for t in conjuncts(token)
        )

    def named_ground(self, token: Word | None) -> bool:
        """True of a proper name that is no party to the war: where ground is due, a place nobody has named before."""
        return token is not None and any(
            t.pos == "PROPN" and t.text[:1].isupper() and not self.is_actor(t) for t in conjuncts(token)
        )

    def acts(self, token: Word | None) -> bool:
        """True of whoever may do things in a war: a party, its forces, "our boys", a pronoun."""
        return token is not None and (
            self.is_actor(token)
            or token.pos == "PRON"
            or any(
                t.lemma in words.FORCES | words.EQUIPMENT | _OURS
                or (t.pos == "PROPN" and t.text.isupper() and len(t.text) <= 6)
                or any(c.lower in {"our", "their", "its", "his"} and c.dep == "poss" for c in t.children)
                or any(g.lemma in words.FORCES or self.is_actor(g) for g in of_which(t))
                for t in conjuncts(token)
            )
        )

    def made(self, kind: str, **more: object) -> Event:
        """An event that the agent makes."""
        return Event(kind, self.agent, self.patient, **more)  # type: ignore[arg-type]

    def by(self, kind: str, actor: Word | None, **more: object) -> Event:
        """An event whose actor is somebody else, or nobody."""
        return Event(kind, actor, self.patient, **more)  # type: ignore[arg-type]


def _undergoes(group: str | None, subject: Word) -> bool:
    """True of the subject of a headline's passive: "23 assaults *repelled*", "two tanks *destroyed*", "village *captured*"."""
    named = lemmas(subject) | counted(subject)
    if group == "repulse":
        return bool(named & words.ATTACK_NOUNS)
    if group == "harm":
        return subject.pos == "NUM" or bool(named & (words.EQUIPMENT | MUNITIONS))
    return (
        group in {"take", "encircle", "cut"}
        and bool(named & (words.GROUND | words.ROUTES))
        and not named & words.FORCES
    )


def deed_of(verb: Word, is_place: Callable[[Word], bool], is_actor: Callable[[Word], bool]) -> Deed:
    """What the rules ask of a verb, gathered once."""
    agent, patient = agent_and_patient(verb)
    group = words.VERBS.get(verb.lemma)
    passive = is_passive(verb)
    if (
        agent is not None
        and patient is None
        and not passive
        and verb.tag in {"VBD", "VBN"}
        and _undergoes(group, agent)
    ):
        agent, patient, passive = None, agent, True
    return Deed(
        verb,
        verb.lemma,
        agent,
        patient,
        passive,
        group,
        lemmas(patient) | counted(patient),
        lemmas(agent) | counted(agent),
        phrases_behind(verb),
        particles(verb),
        is_place,
        is_actor,
    )
