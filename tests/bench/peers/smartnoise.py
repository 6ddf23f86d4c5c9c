"""Trains smartnoise-synth's MST or AIM on a CSV of codes and writes synthetic rows: the peers of our mst and aim.

    python tests/bench/peers/smartnoise.py train.csv synthetic.csv --method mst --epsilon 1 --delta 1e-9

Every column is taken as a category with the values that occur (which smartnoise does not charge for). Needs the
`smartnoise-synth` package. Prints one JSON line: seconds of fit and of sampling.
"""

import argparse
import json
import time
import warnings

import pandas
from snsynth import Synthesizer

warnings.filterwarnings("ignore")

parser = argparse.ArgumentParser()
parser.add_argument("train")
parser.add_argument("out")
parser.add_argument("--method", choices=["mst", "aim"], default="mst")
parser.add_argument("--epsilon", type=float, default=1.0)
parser.add_argument("--delta", type=float, default=1e-9)
parser.add_argument("--max-model-size", type=float, default=80, help="MB, of AIM; its fits take time in proportion")
parser.add_argument("--verbose", action="store_true", help="prints AIM's rounds: it can take hours")
arguments = parser.parse_args()

table = pandas.read_csv(arguments.train, dtype=str, keep_default_na=False)
size = {"max_model_size": arguments.max_model_size, "verbose": arguments.verbose} if arguments.method == "aim" else {}
synthesizer = Synthesizer.create(arguments.method, epsilon=arguments.epsilon, delta=arguments.delta, **size)
started = time.perf_counter()
synthesizer.fit(table, categorical_columns=list(table.columns), preprocessor_eps=0.0)
fitted = time.perf_counter()
synthetic = synthesizer.sample(len(table))
sampled = time.perf_counter()
synthetic.to_csv(arguments.out, index=False)
print(
    json.dumps(
        {
            "method": f"smartnoise-{arguments.method}",
            "epsilon": arguments.epsilon,
            "delta": arguments.delta,
            "rows": len(synthetic),
            "fitSeconds": round(fitted - started, 1),
            "sampleSeconds": round(sampled - fitted, 1),
        }
    )
)
