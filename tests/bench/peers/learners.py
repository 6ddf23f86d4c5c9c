"""Test AUC of scikit-learn's learners on real tables: the peers that workers/evaluate/learners is measured against.

    python tests/bench/peers/learners.py FOLDER_OF_CSV > tests/fixtures/learnerPeers.json

Every fifth row is for the test. Settings are scikit-learn's own, but for leaves of five rows at least in the forest.
Needs pandas and scikit-learn. Prints one JSON object.
"""

import json
import pathlib
import sys
import time

import pandas
import sklearn
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

TABLES = [
    ("adult", "income", ">50K", []),
    ("telco_churn", "Churn", "Yes", ["customerID"]),
    ("bank_marketing", "y", "yes", []),
]
folder = pathlib.Path(sys.argv[1])


def read(name, dropped):
    table = pandas.read_csv(folder / f"{name}.csv", na_values=["?", " "], keep_default_na=True)
    return table.drop(columns=dropped)


def learners(numbers, texts):
    ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2)
    one_hot = OneHotEncoder(handle_unknown="ignore")
    scaled = make_pipeline(SimpleImputer(), StandardScaler())
    codes = make_column_transformer((SimpleImputer(), numbers), (ordinal, texts))
    return {
        "boosting": HistGradientBoostingClassifier(categorical_features="from_dtype", random_state=0),
        "forest": make_pipeline(codes, RandomForestClassifier(min_samples_leaf=5, n_jobs=1, random_state=0)),
        "linear": make_pipeline(
            make_column_transformer((scaled, numbers), (one_hot, texts)), LogisticRegression(max_iter=1000)
        ),
    }


found = {}
for name, target, positive, dropped in TABLES:
    table = read(name, dropped)
    labels = (table.pop(target) == positive).astype(int)
    numbers = list(table.select_dtypes("number"))
    texts = [column for column in table if column not in numbers]
    table[texts] = table[texts].astype("category")
    tested = [row % 5 == 4 for row in range(len(table))]
    trained = [not test for test in tested]
    auc, seconds = {}, {}
    for learner, model in learners(numbers, texts).items():
        started = time.perf_counter()
        model.fit(table[trained], labels[trained])
        scores = model.predict_proba(table[tested])[:, 1]
        seconds[learner] = round(time.perf_counter() - started, 2)
        auc[learner] = round(roc_auc_score(labels[tested], scores), 5)
    found[name] = {"target": target, "positive": positive, "dropped": dropped, "auc": auc, "seconds": seconds}

print(json.dumps({"sklearn": sklearn.__version__, "tables": found}, indent=1))
