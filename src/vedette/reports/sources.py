"""Who says it: reporting verbs, "according to", claims of somebody, sources carried over from before."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from vedette.reports.grammar import is_clause, is_passive, subject_of
from vedette.reports.speech import (
    cited,
    governs,
    is_speech,
    own_adverbials,
    said_that,
    set_off,
    speaker_of,
    who_is_meant,
)
from vedette.reports.tree import Word
from vedette.reports.vocabulary import CLAIM_NOUNS, DENY, FORCES, TITLES
from vedette.reports.world import BOTH, OUTLET, THIRD, UNSPECIFIED, Camps

__all__ = ["Source", "SourceBook"]

_PRONOUNS = {"he", "she", "it", "they", "who", "we", "i"}
_INANIMATE = {
    "footage", "video", "image", "photo", "picture", "report", "map", "data", "evidence", "imagery", "reports", "this",
    "that", "which", "fact", "figure", "statistic", "document", "assessment", "publication", "article", "outlet", "website",
}  # fmt: skip
_BULLETINS = {"report", "statement", "update", "release", "communique", "message", "bulletin", "summary", "post"}
"""What a source put out: "the report says" is the source that was last heard."""
_THEMSELVES = {"army", "military", "rebel", "government", "militia", "junta", "regime", "police", "navy", "opposition", "insurgent", "separatist", "militant"}  # fmt: skip
"""Nouns that name a party even where nobody was named before: "the army" points back to nobody else."""
_VAGUE = {"some", "many", "others", "people", "one", "those"}
_INSTITUTION = re.compile(
    r"\b(ministry|government|army|military|group|force|forces|command|agency|office|observatory|institute|"
    r"authorities|party|organi[sz]ation|militia|staff|movement|coalition|monitor|presidency|department|service|mod)\b",
    re.IGNORECASE,
)


_OFFICIAL = re.compile(
    r"\b(?:troops|forces|brigade|general staff|military|army|spokes\w+|commander|regiment|battalion|air force|minister|"
    r"ministry|governor|general|colonel|officers?|fighters?|soldiers?|press officer|press service|aide|presidency|command)\b",
    re.IGNORECASE,
)
"""Words of a source that speaks for a state or an army; if none says which, it is the one last heard of."""
_BOTH_SIDES = re.compile(
    r"(?i)(?:both|each|neither|either|(?:the )?(?:two|warring|opposing|rival|belligerent))(?: of the)?(?: (?:warring|rival|opposing))? "
    r"(?:sides?|countr(?:y|ies)|part(?:y|ies)|camps?|arm(?:y|ies)|forces|governments?|militaries|factions|generals|neighbours|neighbors|capitals)"
    r"|(?:both|the) (?:sides|belligerents)|the (?:opposing|warring|rival) \w+s"
)
_FOREIGN = re.compile(r"\b(?:western|foreign|european|allied|diplomats?|regional|nato|international)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """A claimant as named in the text, its camp, and whether it is a person (he, she) or a body (it)."""

    name: str
    side: str
    person: bool = False
    middleman: str = ""


OUTLET_SOURCE = Source(OUTLET, THIRD)
NOBODY = Source(UNSPECIFIED, THIRD)


@dataclass
class SourceBook:
    """Every source a text has named so far, so that "the ministry" and "he" can be resolved."""

    camps: Camps
    outlet_side: str = THIRD
    named: list[Source] = field(default_factory=list)
    subject_side: str = THIRD
    """The camp that the latest sentence was about: whose "a spokesman" is."""
    _heard: dict[tuple[int, int], Source] = field(default_factory=dict)

    def side_of(self, phrase: str) -> str:
        """The camp of a source; of someone met before by an earlier, fuller name; else `third`."""
        camp = self.camps.of(phrase)
        if camp is not None:
            return camp
        words = {w for w in re.findall(r"[\w'’-]+", phrase) if w[:1].isupper() and w.lower() not in TITLES}
        for known in reversed(self.named):
            if known.side != THIRD and words & set(re.findall(r"[\w'’-]+", known.name)):
                return known.side
        return THIRD

    def _phrase(self, head: Word) -> str:
        keep = []
        for t in head.subtree:
            if any(
                a.dep in {"relcl", "advcl"}
                or (a.dep == "acl" and not _names_camp(a))
                or (a.dep == "prep" and a.lower in {"on", "after", "amid", "during"})
                for a in _between(t, head)
            ):
                continue
            keep.append(t)
        keep.sort(key=lambda t: t.i)
        run = [t for t in keep if t.i <= head.i]
        for t in (t for t in keep if t.i > head.i):
            if t.i != run[-1].i + 1 or (t.text in {"–", "—", ";", ":"}):
                break
            run.append(t)
        while run and (run[-1].is_punct and run[-1].text not in {")"}):
            run.pop()
        while run and run[0].is_punct and run[0].text != "(":
            run.pop(0)
        if not run:
            return head.text
        return str(run[0].tree.run(_left_end(run[0]), run[-1].i).text).strip()

    def resolve(self, head: Word) -> Source:
        """The source that a noun phrase names, resolved if it only points back."""
        lower = head.lower
        if head.lemma in _INANIMATE and head.pos == "NOUN":
            phrase = self._phrase(head)
            if (camp := self.camps.of(phrase)) not in (None, THIRD):
                return self.note(Source(phrase, str(camp)))
        if (
            head.lemma in _BULLETINS
            and self.named
            and self._definite(head)
            and not any(c.dep == "amod" for c in head.children)
        ):
            return self._carried(person=False) or self.named[-1]
        if head.lemma in _INANIMATE:
            return NOBODY if head.lemma in {"report", "reports"} else OUTLET_SOURCE
        if lower in {"who", "which", "that"} and head.head.dep == "relcl":
            return self.resolve(who_is_meant(head.head.head) if lower == "who" else head.head.head)
        if lower in _PRONOUNS:
            return self._carried(person=lower in {"he", "she", "i"}) or OUTLET_SOURCE
        if lower in {"one", "another", "others", "some"} and (many := self._many()) is not None:
            return many
        if lower in _VAGUE:
            return NOBODY
        phrase = self._phrase(head)
        if _BOTH_SIDES.fullmatch(phrase):
            return Source(phrase, BOTH)
        person = any(c.dep in {"appos"} and c.pos == "PROPN" for c in head.children) or any(
            t.lemma in TITLES for t in head.subtree
        )
        if head.pos == "NOUN" and not any(t.pos == "PROPN" for t in head.subtree) and self._definite(head):
            same = self._met(head.lemma)
            if same is not None:
                return same
            plain = not any(c.dep in {"compound", "amod"} for c in head.children)
            if (
                plain
                and head.lemma not in _THEMSELVES
                and not (head.tag == "NNS" and head.lemma in FORCES)
                and self.camps.of(phrase) is None
                and head.lemma not in {"official", "resident", "witness"}
            ):
                carried = self._carried(person=head.lemma in TITLES)
                if carried is not None:
                    return carried
        appos = [c for c in head.children if c.dep == "appos" and c.pos == "PROPN"]
        name = phrase
        if head.lemma in TITLES and appos:
            name = self._phrase(appos[0])
        whole = self._whole(head)
        side = self.side_of(whole)
        if side == THIRD and self.camps.of(whole) is None and not _FOREIGN.search(whole):
            owned = any(c.dep == "poss" and c.lower in {"its", "their", "his", "her"} for c in head.children)
            if owned or _OFFICIAL.search(whole):
                heard = (known.side for known in reversed(self.named) if known.side not in {THIRD, BOTH})
                indefinite = any(c.dep == "det" and c.lower in {"a", "an", "one", "another"} for c in head.children)
                side = (
                    self.subject_side if indefinite and self.subject_side != THIRD else next(heard, self.subject_side)
                )
        source = Source(name, side, person)
        self.named.append(Source(self._whole(head), side, person))
        return source

    def _whole(self, head: Word) -> str:
        tokens = [
            t
            for t in head.subtree
            if not any(a.dep == "relcl" or (a.dep == "acl" and not _names_camp(a)) for a in _between(t, head))
        ]
        return str(head.tree.run(_left_end(tokens[0]), tokens[-1].i).text) if tokens else head.text

    def note(self, source: Source) -> Source:
        """Remember a source found elsewhere than under a verb."""
        if source.name not in {OUTLET, UNSPECIFIED}:
            self.named.append(source)
        return source

    @staticmethod
    def _definite(head: Word) -> bool:
        return any(
            c.dep in {"det", "poss"} and c.lower in {"the", "this", "that", "its", "their", "his"}
            for c in head.children
        )

    def _met(self, noun: str) -> Source | None:
        for known in reversed(self.named):
            if re.search(rf"\b{re.escape(noun)}\b", known.name, re.IGNORECASE):
                return known
        return None

    def _carried(self, *, person: bool) -> Source | None:
        for known in reversed(self.named):
            if known.person == person:
                return known
        return self.named[-1] if self.named else None

    def _many(self) -> Source | None:
        """The last source, if it was several: "milbloggers said ...; one wrote ..."."""
        last = self.last()
        return (
            last if last is not None and re.search(r"(?:ers|ors|ists|ials|ents|sources|people)$", last.name) else None
        )

    def about(self, sentence: Iterable[Word]) -> None:
        """Note whose doings a sentence told, for "a spokesman" in the next."""
        for t in sentence:
            if (
                t.dep in {"nsubj", "nsubjpass"}
                and t.pos in {"NOUN", "PROPN"}
                and t.head.dep in {"ROOT", "conj", "ccomp"}
            ):
                camp = self.camps.of(self._phrase(t))
                if camp not in {None, THIRD, BOTH}:
                    self.subject_side = str(camp)
                    return

    def last(self) -> Source | None:
        """The source named most recently."""
        return self.named[-1] if self.named else None

    def of_verb(self, verb: Word) -> Source:
        """Who is behind a reporting verb; asked twice, it answers the same."""
        key = (id(verb.tree), verb.i)
        if key not in self._heard:
            self._heard[key] = self._of_speech(verb)
        return self._heard[key]

    def _of_speech(self, verb: Word) -> Source:
        if is_passive(verb):
            for c in verb.children:
                if c.dep == "agent":
                    for g in c.children:
                        if g.dep == "pobj":
                            return self.resolve(g)
            return NOBODY
        subject = speaker_of(verb)
        if subject is None or (subject.lower == "it" and any(c.dep == "expl" for c in verb.children)):
            return self.last() or OUTLET_SOURCE
        source = self.resolve(subject)
        if verb.dep == "pcomp" and verb.head.head.lemma in {"quote", "cite"}:
            teller = subject_of(verb.head.head)
            if teller is not None and teller.i != subject.i:
                return self._relayed(source, self.resolve(teller))
        if verb.lemma in {"quote", "cite"} and any(c.dep == "ccomp" for c in verb.children):
            quoted = next((c for c in verb.children if c.dep == "dobj"), None)
            if quoted is not None:
                return self._relayed(self.resolve(quoted), source)
        origin = cited(verb, subject)
        if origin is not None and not (origin.lemma in _INANIMATE or origin.lower in _PRONOUNS):
            return self._relayed(self.resolve(origin), source)
        if source.side == THIRD and source.name not in {OUTLET, UNSPECIFIED} and self.camps.of(source.name) is None:
            told = next((c for c in verb.children if c.dep in {"dobj", "dative"} and c.pos == "PROPN"), None)
            organ = self.camps.organ(told.text) if told is not None else None
            if organ is not None:  # "a military source told SANA": an agency of a camp quotes its own
                source = self.note(replace(source, side=organ, middleman=told.text if told is not None else ""))
        return source

    def _relayed(self, source: Source, teller: Source) -> Source:
        """A source that another passes on; whose it is, if nothing tells, is whose that one is."""
        own = self.camps.of(source.name)
        side = source.side if own is not None else teller.side
        return self.note(replace(source, side=side, middleman=teller.name))

    def over(self, token: Word) -> tuple[Source, Word | None]:
        """Who asserts what stands at `token`, and the word that says so (None for the outlet's own voice)."""
        here = token
        for c in own_adverbials(here):
            if source := self._according(c):
                return source, c
        if is_clause(here) and (aside := set_off(here)) is not None:
            return self.of_verb(aside), aside
        below, node = token, token.head
        while node.i != below.i:
            if is_clause(node) and is_speech(node) and governs(node, below):
                source = self.of_verb(node)
                return source, node
            if (
                (node.lemma in CLAIM_NOUNS and node.pos == "NOUN" and below.dep in {"acl", "ccomp", "prep", "relcl"})
                and below.dep != "relcl"
                and not (below.dep == "prep" and below.lower not in {"of", "that"})
            ):
                return self._of_noun(node), node
            if node.pos in {"NOUN", "PROPN"} and below.dep in {"acl", "ccomp", "relcl"} and said_that(below):
                told_by = next((c for c in node.children if c.dep == "acl" and is_speech(c) and c.i < below.i), None)
                if told_by is not None:
                    return self.resolve(node), told_by
            if (
                is_clause(node)
                and not is_speech(node)
                and below.dep == "ccomp"
                and any(m.lower == "that" and m.dep == "mark" for m in below.children)
            ):
                told = [
                    x
                    for x in node.subtree
                    if x.lemma in CLAIM_NOUNS and x.pos == "NOUN" and node.i < x.i < below.left_edge.i
                ]
                if told:
                    return self._of_noun(told[-1]), told[-1]
            if is_clause(node):
                for c in own_adverbials(node):
                    if c.i != below.i and (source := self._according(c)):
                        return source, c
                if (aside := set_off(node)) is not None and aside.i != below.i:
                    return self.of_verb(aside), aside
            below, node = node, node.head
        if headed := self._headed(token):
            return headed, token.sent[0]
        return OUTLET_SOURCE, None

    def _headed(self, token: Word) -> Source | None:
        """Who stands before a colon at the head of the sentence: "Governor Haidai: ..."."""
        sentence = token.sent
        head = list(sentence[1:9])
        colon = next((t for t in head if t.text == ":"), None)
        if colon is None or colon.i >= token.i:
            return None
        named = [t for t in (sentence[0], *head) if t.i < colon.i and not t.like_num and not t.is_punct]
        if not named or any(is_clause(t) for t in named) or named[-1].pos not in {"PROPN", "NOUN"}:
            return None
        phrase = sentence.tree.run(named[0].i, colon.i - 1).text.strip()
        side = self.side_of(phrase)
        if self.camps.of(phrase) is None and side == THIRD and not any(t.lemma in TITLES for t in named):
            return None
        if side == THIRD and self.camps.of(phrase) is None:
            side = next((known.side for known in reversed(self.named) if known.side not in {THIRD, BOTH}), THIRD)
        return self.note(Source(phrase, side, person=any(t.lemma in TITLES for t in named)))

    def _of_noun(self, noun: Word) -> Source:
        if (
            noun.dep == "dobj" and noun.head.lemma in DENY
        ):  # "the army rejected the rebels' claim that": the army denies it
            return self.of_verb(noun.head)
        for c in noun.children:
            if c.dep == "poss":
                return self.resolve(c)
            if c.dep == "prep" and c.lower in {"by", "from", "of"}:
                for g in c.children:
                    if g.dep == "pobj" and (
                        g.pos == "PROPN" or self.camps.of(self._phrase(g)) or g.lemma in {"source", "official"}
                    ):
                        return self.resolve(g)
        verb = noun.head
        while verb.head.i != verb.i and not is_clause(verb):
            verb = verb.head
        if noun.dep == "dobj" and is_clause(verb) and (subject := subject_of(verb)) is not None:
            return self.resolve(subject)
        for c in noun.children:
            if c.dep in {"amod", "compound"} and self.camps.is_name(c.text):
                return self.note(Source(c.text, self.camps.of(c.text) or THIRD))
        return NOBODY

    def _according(self, prep: Word) -> Source | None:
        if prep.lower == "according" and prep.nbor(-1 if prep.i else 0).lower != "least":
            for p in prep.children:
                if p.dep == "prep":
                    for g in p.children:
                        if g.dep == "pobj":
                            return self.resolve(g)
        if prep.lower == "per" and prep.dep == "prep":
            return next((self.resolve(g) for g in prep.children if g.dep == "pobj"), None)
        return None


def _left_end(token: Word) -> int:
    """Where a name begins that the parser cut at a hyphen: Jaish al-Islam."""
    i, doc = token.i, token.tree
    while i > 0 and (
        (doc[i - 1].text in {"-", "‑"} and not doc[i - 1].before_space)
        or (doc[i].text in {"-", "‑"} and not doc[i - 1].before_space)
        or (doc[i].pos == doc[i - 1].pos == "PROPN" and "-" in doc[i].text and doc[i].text[0].islower())
    ):
        i -= 1
    return i


def _names_camp(participle: Word) -> bool:
    """True of "allied with ...", "loyal to ...", "backed by ...": they say whose a force is."""
    return participle.lemma in {
        "ally",
        "back",
        "align",
        "base",
        "support",
        "affiliate",
        "lead",
        "install",
        "control",
    }


def _between(token: Word, head: Word) -> list[Word]:
    """The words on the way from `token` up to `head`, `head` left out."""
    found = []
    while token.i != head.i and token.head.i != token.i:
        found.append(token)
        token = token.head
    return found
