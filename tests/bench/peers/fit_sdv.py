"""Trains SDV's CTGAN or TVAE on a CSV with its defaults and writes synthetic rows: the peers of our gan and vae.

    python tests/bench/peers/fit_sdv.py train.csv synthetic.csv --method tvae --seed 0 --threads 2

Needs the `sdv` package. Prints one JSON line: seconds of fit and of sampling (by the clock, and of CPU, which other work
on the machine does not lengthen), versions, epochs, rows.
"""

import argparse
import json
import time
import warnings

import pandas
import sdv
import torch
from sdv.metadata import Metadata
from sdv.single_table import CTGANSynthesizer, TVAESynthesizer

warnings.filterwarnings("ignore")

parser = argparse.ArgumentParser()
parser.add_argument("train")
parser.add_argument("out")
parser.add_argument("--method", choices=["ctgan", "tvae"], default="tvae")
parser.add_argument("--epochs", type=int, default=300)
parser.add_argument("--rows", type=int, default=0, help="synthetic rows; 0 = as many as in train")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--threads", type=int, default=0, help="torch threads; 0 = torch's own choice")
arguments = parser.parse_args()

if arguments.threads:
    torch.set_num_threads(arguments.threads)
torch.manual_seed(arguments.seed)

table = pandas.read_csv(arguments.train, na_values=[" "])
metadata = Metadata.detect_from_dataframes({"table": table})
# By its own choice SDV takes coordinates for personal data and makes up others; as numbers they are learned.
for name, about in metadata.to_dict()["tables"]["table"]["columns"].items():
    if about["sdtype"] in ("latitude", "longitude"):
        metadata.update_column(name, table_name="table", sdtype="numerical")
kind = CTGANSynthesizer if arguments.method == "ctgan" else TVAESynthesizer
synthesizer = kind(metadata, epochs=arguments.epochs)

started, cpuStarted = time.perf_counter(), time.process_time()
synthesizer.fit({"table": table})
fitted, cpuFitted = time.perf_counter(), time.process_time()
synthetic = synthesizer.sample(arguments.rows or len(table))
if isinstance(synthetic, dict):
    synthetic = synthetic["table"]
sampled = time.perf_counter()
synthetic.to_csv(arguments.out, index=False)

print(
    json.dumps(
        {
            "method": f"sdv-{arguments.method}",
            "sdv": sdv.__version__,
            "torch": torch.__version__,
            "threads": torch.get_num_threads(),
            "epochs": arguments.epochs,
            "trainRows": len(table),
            "rows": len(synthetic),
            "fitSeconds": round(fitted - started, 1),
            "fitCpuSeconds": round(cpuFitted - cpuStarted, 1),
            "sampleSeconds": round(sampled - fitted, 1),
        }
    )
)
