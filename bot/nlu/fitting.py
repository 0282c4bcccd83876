"""Learns the numbers of the classifier from examples; only training imports this module."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from warnings import catch_warnings, simplefilter

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.svm import LinearSVC

from bot.nlu.classifier import (
    OUT_OF_SCOPE,
    OUT_OF_SCOPE_LEAN,
    Floats,
    Grams,
    Stages,
    along,
    nearest,
    probabilities,
    together,
)
from bot.nlu.encoder import Vectors

FOLDS = 3
_AXES = 64
_BLOCK = 1_024
_SHARPNESSES = np.geomspace(0.5, 16.0, 26)


@dataclass(frozen=True)
class Row:
    """An example as the classifier sees it: n-grams of characters and of words."""

    characters: list[str]
    words: list[str]
    intent: str


def fit(rows: Sequence[Row], encoded: Callable[[], Vectors]) -> Stages:
    """Fit both stages. The second learns from margins the first gives to examples unseen by it.

    `encoded` waits for the sentence vectors of the rows, which only the second stage needs.
    """
    order = np.argsort([row.intent for row in rows], kind="stable")
    rows = [rows[at] for at in order]
    intents, labels = np.unique([row.intent for row in rows], return_inverse=True)
    kinds = [_vectorise([row.characters for row in rows]), _vectorise([row.words for row in rows])]
    seen = csr_matrix(hstack([matrix for _, matrix in kinds]))

    svc = LinearSVC(C=0.5, tol=0.01, random_state=0)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    unseen = cross_val_predict(svc, seen, labels, cv=folds, method="decision_function")
    unseen = unseen.astype(np.float32)
    svc.fit(seen, labels)

    vectors = encoded()[order]
    axes = _axes(vectors)
    examples = along(vectors, axes)
    near = _nearest_others(examples, labels.astype(np.int16), len(intents))
    stacked = together(unseen, vectors, near)
    with catch_warnings():
        simplefilter("ignore", ConvergenceWarning)  # stopping early is wanted
        second = LogisticRegression(C=3.0, max_iter=80).fit(stacked, labels)
    second.intercept_[intents == OUT_OF_SCOPE] += OUT_OF_SCOPE_LEAN
    return Stages(
        intents=tuple(str(name) for name in intents),
        characters=kinds[0][0],
        words=kinds[1][0],
        first=svc.coef_.T.astype(np.float16),
        first_bias=svc.intercept_.astype(np.float32),
        first_sharpness=_sharpness(unseen, labels),
        second=second.coef_.T.astype(np.float32),
        second_bias=second.intercept_.astype(np.float32),
        axes=axes,
        neighbours=np.ascontiguousarray(examples.T),
        neighbour_intents=labels.astype(np.int16),
    )


def _vectorise(rows: list[list[str]]) -> tuple[Grams, csr_matrix]:
    """N-grams seen at least twice, with their weights."""
    vectorizer = TfidfVectorizer(
        analyzer=lambda row: row, sublinear_tf=True, min_df=2, dtype=np.float32
    )
    matrix = vectorizer.fit_transform(rows)
    vocabulary = {str(gram): at for at, gram in enumerate(vectorizer.get_feature_names_out())}
    return Grams(vocabulary, vectorizer.idf_.astype(np.float32)), matrix


def _axes(vectors: Vectors) -> Floats:
    """The directions in which the examples' vectors differ most."""
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    return np.ascontiguousarray(directions[:, -_AXES:].astype(np.float32))


def _nearest_others(examples: Floats, labels: npt.NDArray[np.int16], n: int) -> Floats:
    """The cosine of each example to the nearest other one of each intent, block by block."""
    blocks = []
    for at in range(0, len(examples), _BLOCK):
        cosines = examples[at : at + _BLOCK] @ examples.T
        rows = np.arange(len(cosines))
        cosines[rows, at + rows] = -1.0
        blocks.append(nearest(cosines, labels, n))
    return np.vstack(blocks)


def _sharpness(margins: Floats, labels: npt.NDArray[np.intp]) -> float:
    """The sharpness with which the probabilities of unseen examples are most honest."""
    right = np.arange(len(labels)), labels
    losses = [-np.log(probabilities(margins, s)[right] + 1e-9).mean() for s in _SHARPNESSES]
    return float(_SHARPNESSES[int(np.argmin(losses))])
