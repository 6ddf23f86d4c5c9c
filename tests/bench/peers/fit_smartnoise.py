"""Trains a synthesizer of smartnoise-synth on a CSV and writes synthetic rows: the peers of our mst, aim and gan.

    python tests/bench/peers/fit_smartnoise.py train.csv synthetic.csv --method mst --epsilon 1 --delta 1e-9

`mst` and `aim` take every column as a category with the values that occur. `dpctgan` and `patectgan` get numbers of more
than 20 values as numbers between their smallest and largest. Neither is charged for by smartnoise, and both favour it.
Needs the `smartnoise-synth` package. Prints one JSON line: seconds of fit and of sampling.
"""

import argparse
import json
import time
import warnings

import pandas
from snsynth import Synthesizer
from snsynth.transform import ChainTransformer, LabelTransformer, MinMaxTransformer, OneHotEncoder
from snsynth.transform.table import TableTransformer

warnings.filterwarnings("ignore")

parser = argparse.ArgumentParser()
parser.add_argument("train")
parser.add_argument("out")
parser.add_argument("--method", choices=["mst", "aim", "dpctgan", "patectgan"], default="mst")
parser.add_argument("--epsilon", type=float, default=1.0)
parser.add_argument("--delta", type=float, default=1e-9)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--threads", type=int, default=0, help="torch threads; 0 = torch's own choice")
parser.add_argument("--max-model-size", type=float, default=80, help="MB, of AIM; its fits take time in proportion")
parser.add_argument("--verbose", action="store_true", help="prints AIM's rounds: it can take hours")
arguments = parser.parse_args()


def fitted_marginals():
    table = pandas.read_csv(arguments.train, dtype=str, keep_default_na=False)
    size = {"max_model_size": arguments.max_model_size, "verbose": arguments.verbose} if arguments.method == "aim" else {}
    synthesizer = Synthesizer.create(arguments.method, epsilon=arguments.epsilon, delta=arguments.delta, **size)
    synthesizer.fit(table, categorical_columns=list(table.columns), preprocessor_eps=0.0)
    return synthesizer, len(table)


def codec(column):
    if pandas.api.types.is_numeric_dtype(column) and column.nunique() > 20:
        return MinMaxTransformer(lower=float(column.min()), upper=float(column.max()), negative=True)
    return ChainTransformer([LabelTransformer(nullable=False), OneHotEncoder()])


def fitted_network():
    import torch

    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    table = pandas.read_csv(arguments.train, na_values=[" "])
    # Words that never repeat name a row: one-hot they would have a column each.
    names = [c for c in table.columns if table[c].dtype == object and table[c].nunique() == len(table)]
    table = table.drop(columns=names)
    for name in table.columns:
        numeric = pandas.api.types.is_numeric_dtype(table[name]) and table[name].nunique() > 20
        # Missing numbers have no form in its networks that survives; the median favours it.
        table[name] = table[name].fillna(table[name].median()).astype(float) if numeric else table[name].astype(str)
    transformer = TableTransformer([codec(table[name]) for name in table.columns])
    synthesizer = Synthesizer.create(
        arguments.method, epsilon=arguments.epsilon, delta=arguments.delta, verbose=False, cuda=False
    )
    synthesizer.fit(table, transformer=transformer, preprocessor_eps=0.0)
    return synthesizer, len(table)


started, cpuStarted = time.perf_counter(), time.process_time()
synthesizer, rows = fitted_marginals() if arguments.method in ("mst", "aim") else fitted_network()
fitted, cpuFitted = time.perf_counter(), time.process_time()
synthetic = synthesizer.sample(rows)
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
            "fitCpuSeconds": round(cpuFitted - cpuStarted, 1),
            "sampleSeconds": round(sampled - fitted, 1),
        }
    )
)
