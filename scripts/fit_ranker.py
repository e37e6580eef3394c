"""Fits `matcher/data/ranker.json` on the `fit` split of the judged needs; the `test` split is never read here.

python -m scripts.fit_ranker [--csl csl_dev.tsv --dblp dblp.npz]

Each judged need is ranked among all judged experts, and, where the two public files are given, among their papers too
(one paper an expert), which stand for a large mixed pool. The titles of some papers, searched among abstracts, stand
for needs that quote the exact term, which judged needs in everyday words do not. A pairwise logistic regression
(RankNet's loss with a linear scorer, Burges et al. 2005) weighs the features; the language normalisation is chosen by
the mean of nDCG@10 and MRR over five folds of needs. Platt scaling then turns the held-out folds' scores into
probabilities of grade 2 or 3.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from matcher.background import encode_background
from matcher.config import BUILTIN, UNADAPTED, Settings
from matcher.encoders import VectorCache, open_encoder
from matcher.engine import Engine
from matcher.evaluation import load_judged_set, mrr, ndcg
from matcher.evaluation.metrics import calibration_error
from matcher.explain import Explainer
from matcher.fusion import estimate_spread
from matcher.lexical import builtin_term_bank
from matcher.pool import Pool
from matcher.ranker import FEATURES, Calibration, RankerProfile, aggregate
from matcher.text import need_text
from matcher.types import Expert, Need, Work

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "matcher" / "data" / "ranker.json"
ENCODERS = {BUILTIN: BUILTIN, "generic": UNADAPTED}
"""Profile → the encoder it is fitted with; `generic` stands for any encoder that nobody adapted."""
FOLDS = 5
QUOTING = 40
NORMALISATIONS = ((0.0, 0.5), (0.0, 1.0), (0.5, 1.0), (1.0, 1.0))
"""(own_centre, own_scale) to try."""
BEST = (1.0, 0.5, 0.25)
"""Weights of an expert's best passages. On the judged needs (1, 0.25, 0.1) is 0.007 better; on the DBLP labels (English
authors with many papers) the flatter the better: AUC per author 0.806, 0.811 for these, 0.813 flat."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """One need: its grades, its experts' ids, and every passage row's features and owner."""

    need: Need
    grades: dict[str, int]
    ids: list[str]
    features: Floats
    owner: npt.NDArray[np.int64]


def paper_experts(csl: Path | None, dblp: Path | None) -> tuple[list[Expert], list[Need]]:
    """One expert a paper, from the public files; the first QUOTING papers' titles become needs instead."""
    experts, needs = [], []
    if csl:
        for i, line in enumerate(csl.read_text("utf-8").splitlines()[1:]):
            title, abstract, keywords, _ = line.split("\t")
            if i < QUOTING:
                needs.append(Need(f"csl-{i}", title=title))
                title, keywords = abstract[:60], ""
            experts.append(Expert(f"csl-{i}", works=(Work(title, abstract, keywords=tuple(keywords.split("_"))),)))
    if dblp:
        texts = np.load(dblp, allow_pickle=True)["T"][:800]  # our own copy of a published file
        experts += [Expert(f"dblp-{i}", works=(Work(str(text)),)) for i, text in enumerate(texts)]
    return experts, needs


class Cases:
    """Every need's features, rules left aside, under one language normalisation after another."""

    def __init__(self, engine: Engine, pool: Pool, needs: list[Need], grades: dict[str, dict[str, int]]) -> None:
        self.engine, self.pool, self.needs, self.grades = engine, pool, needs, grades
        self.queries = engine.encoder.queries([need_text(need) for need in needs])
        self.rows = np.arange(len(pool.passages))
        self.lexical = [np.stack(pool.lexical.of(need_text(need), self.rows), axis=1) for need in needs]

    def under(self, centre: float, scale: float) -> list[Case]:
        """The cases with this `own_centre` and `own_scale`."""
        ids, owner = [expert.id for expert in self.pool.experts], self.pool.owner(self.rows)
        cases = []
        for need, query, lexical in zip(self.needs, self.queries, self.lexical, strict=True):
            spread = estimate_spread(query, self.engine.background, own_centre=centre, own_scale=scale)
            meaning = self.pool.meaning(query, self.rows, spread)
            cases.append(Case(need, self.grades[need.id], ids, np.column_stack([meaning, lexical]), owner))
        return cases


def expert_features(case: Case, weights: Floats, best: tuple[float, ...]) -> tuple[list[str], Floats]:
    """Each expert's features, averaged over the passages that the weights choose."""
    total = aggregate(case.features @ weights, case.owner, best)
    chosen = case.features[total.rows] * total.share[:, None]
    sums = np.stack([np.bincount(total.group, chosen[:, k], len(total.owners)) for k in range(len(FEATURES))], axis=1)
    return [case.ids[owner] for owner in total.owners], sums


def pairs_of(case: Case, weights: Floats, best: tuple[float, ...], rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Differences (better minus worse) and their weights: judged pairs, and good ones against the unjudged rivals."""
    ids, features = expert_features(case, weights, best)
    grade = np.array([case.grades.get(expert, -1) for expert in ids])
    order = np.argsort(-(features @ weights))
    rivals = [place for place in order[:30] if grade[place] < 0]
    others = rng.choice(np.flatnonzero(grade < 0), 20, replace=False)
    rows, gains = [], []
    for good in np.flatnonzero(grade >= 1):
        worse = [
            *np.flatnonzero((grade >= 0) & (grade < grade[good])),
            *([*rivals, *others] if grade[good] >= 2 else []),
        ]
        for bad in worse:
            rows.append(features[good] - features[bad])
            gains.append((2.0 ** grade[good] - 2.0 ** max(grade[bad], 0)) / len(worse))
    return np.array(rows), np.array(gains)


def fit_weights(cases: list[Case], best: tuple[float, ...]) -> Floats:
    """Weights of the features; a feature that would count against an expert is left out (weight 0)."""
    rng, weights = np.random.default_rng(0), np.array([1.0, 0.0, 0.0])
    for _ in range(3):
        made = [pairs_of(case, weights, best, rng) for case in cases]
        x, w = np.concatenate([rows for rows, _ in made]), np.concatenate([gains for _, gains in made])
        both, labels = np.concatenate([x, -x]), np.repeat([1, 0], len(x))
        kept = np.ones(len(FEATURES), bool)
        while True:
            model = LogisticRegression(fit_intercept=False, C=1.0).fit(both[:, kept], labels, np.concatenate([w, w]))
            weights = np.zeros(len(FEATURES))
            weights[kept] = model.coef_[0]
            if (weights >= 0).all():
                break
            kept &= weights >= 0
    return weights


def ranked(case: Case, weights: Floats, best: tuple[float, ...]) -> tuple[list[str], Floats]:
    """Expert ids and raw scores, best first."""
    total = aggregate(case.features @ weights, case.owner, best)
    order = np.argsort(-total.raw, kind="stable")
    return [case.ids[total.owners[place]] for place in order], total.raw[order]


def cross_validate(cases: list[Case], best: tuple[float, ...]) -> tuple[float, Floats, npt.NDArray[np.bool_]]:
    """Over held-out needs: the mean of nDCG@10 and MRR, the judged pairs' raw scores, and which pairs are suitable."""
    quality: list[float] = []
    raw: list[float] = []
    suitable: list[bool] = []
    for fold in range(FOLDS):
        weights = fit_weights([case for i, case in enumerate(cases) if i % FOLDS != fold], best)
        for case in cases[fold::FOLDS]:
            ids, scores = ranked(case, weights, best)
            quality.append((ndcg(ids, case.grades) + mrr(ids, case.grades)) / 2)
            for expert, score in zip(ids, scores, strict=True):
                if expert in case.grades and not case.need.id.startswith("csl-"):
                    raw.append(score)
                    suitable.append(case.grades[expert] >= 2)
    return float(np.mean(quality)), np.array(raw), np.array(suitable)


def calibrate(raw: Floats, suitable: npt.NDArray[np.bool_]) -> Calibration:
    """Platt scaling on held-out scores."""
    model = LogisticRegression(C=1e6).fit(raw[:, None], suitable)
    return Calibration(float(model.coef_[0, 0]), float(model.intercept_[0]), strong=0.6, medium=0.3)


def fit_profile(encoder_name: str, experts: list[Expert], quoting: list[Need]) -> RankerProfile:
    """The best profile for one encoder, printed as it is found."""
    judged = load_judged_set(ROOT / "seed_data" / "judgements", split="fit")
    encoder, bank = open_encoder(encoder_name, VectorCache(Settings().cache_dir)), builtin_term_bank()
    blank = RankerProfile(1.0, 1.0, dict.fromkeys(FEATURES, 1.0), (1.0,), Calibration(1.0, 0.0, 0.6, 0.3))
    engine = Engine(
        encoder=encoder,
        background=encode_background(encoder),
        bank=bank,
        profile=blank,
        explainer=Explainer(encoder.passages, bank),
    )
    grades = {need: dict(graded) for need, graded in judged.grades.items()} | {
        need.id: {need.id: 3} for need in quoting
    }
    cases = Cases(engine, Pool.build([*judged.experts, *experts], encoder, bank), [*judged.needs, *quoting], grades)
    found: list[tuple[float, RankerProfile, Floats, npt.NDArray[np.bool_]]] = []
    for centre, scale in NORMALISATIONS:
        normalised = cases.under(centre, scale)
        quality, raw, suitable = cross_validate(normalised, BEST)
        weights = dict(zip(FEATURES, map(float, fit_weights(normalised, BEST)), strict=True))
        profile = replace(blank, own_centre=centre, own_scale=scale, best=BEST, weights=weights)
        found.append((quality, profile, raw, suitable))
        click.echo(f"{encoder_name} centre {centre} scale {scale}: {quality:.4f} {weights}")
    quality, profile, raw, suitable = max(found, key=lambda item: item[0])
    calibration = calibrate(raw, suitable)
    error, _ = calibration_error(calibration.probability(raw), suitable)
    click.echo(f"{encoder_name}: {quality:.4f}, held-out calibration error {error:.3f}")
    return replace(profile, calibration=calibration)


def as_json(profile: RankerProfile) -> dict[str, object]:
    """The profile as `ranker.load_profile` reads it."""
    calibration = profile.calibration
    return {
        "own_centre": profile.own_centre,
        "own_scale": profile.own_scale,
        "weights": {name: round(profile.weights[name], 6) for name in FEATURES},
        "best": list(profile.best),
        "calibration": {
            "slope": round(calibration.slope, 6),
            "intercept": round(calibration.intercept, 6),
            "strong": calibration.strong,
            "medium": calibration.medium,
        },
    }


@click.command()
@click.option("--csl", type=click.Path(exists=True, path_type=Path))
@click.option("--dblp", type=click.Path(exists=True, path_type=Path))
def main(csl: Path | None, dblp: Path | None) -> None:
    """Fit both profiles and write the file."""
    experts, quoting = paper_experts(csl, dblp)
    profiles = {name: as_json(fit_profile(encoder, experts, quoting)) for name, encoder in ENCODERS.items()}
    TARGET.write_text(json.dumps({"version": 1, "profiles": profiles}, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
