"""The tables of docs/performance.md that compare programs. Called by the scripts in src/bench.

    tables.py TABLE DIRECTORY JAVA ROUNDS WARM-UP
"""

import os
import shlex
import subprocess
import sys

from alternate import Worker, alternate, compare, header, rows

HERE = os.path.dirname(os.path.abspath(__file__))
PEER = [sys.executable, f"{HERE}/worker.py"]
TOLERANCE = 1e-5
LAYERS = {32: (32, 64, 2), 128: (8, 256, 4), 256: (4, 1024, 4)}  # width: B, T, heads
CELLS = {32: (32, 64, 16), 128: (8, 256, 64), 256: (4, 1024, 64)}  # width: B, T, inputs


def folder(directory, name):
    path = os.path.join(directory, name.replace(" ", "-").replace(",", "").replace("/", "-"))
    os.makedirs(path, exist_ok=True)
    return path


def agree(workers, directory, expected, names):
    """Every worker computes once from the same inputs; all results are compared."""
    for worker in workers:
        results = folder(directory, worker.label)
        if worker.ask("check " + results) != "done":
            sys.exit(f"{worker.label}: the check failed")
        if expected is None:
            expected = results
        else:
            compare(worker.label, results, expected, names, TOLERANCE)


def finish(shape, workers, baseline, rounds, warm, round_seconds):
    alternate(workers, rounds, warm, round_seconds)
    rows(shape, workers, baseline)
    for worker in workers:
        worker.close()


def delta_rule(directory, java, rounds, warm):
    batch, steps, heads, size = 4, 1024, 4, 64
    names = ["o", "dq", "dk", "dv", "dbeta"]
    header("host kernel")
    for n in (1, 2):
        data = folder(directory, f"data-{n}")
        sizes = [batch * heads, steps, n, size]
        subprocess.run([*map(str, PEER + ["data", data] + sizes)], check=True)
        rule = [*java, "rule", data, batch, steps, heads, size, n]
        host = Worker("host kernel", [*rule, "HOST"])
        workers = [
            host,
            Worker("C, same algorithm", [f"{directory}/delta_rule", data, *sizes]),
            Worker("PyTorch, chunkwise", [*PEER, "rule", "chunkwise", data, *sizes]),
            Worker("PyTorch, loop", [*PEER, "rule", "naive", data, *sizes]),
            Worker("plain Java loop (float64)", [*rule, "REFERENCE"]),
        ]
        agree(workers, directory, data, names)
        finish(f"B4 T1024 H4 K64 V64, n = {n}", workers, host, rounds, warm, 0.6)


def layer_fit(width, directory, java, rounds, warm):
    batch, steps, heads = LAYERS[width]
    header("DL4J's LSTM")
    lstm = [batch, steps, width, width]
    lstm_data = folder(directory, "lstm")
    stock = Worker("DL4J LSTM", [*java, "lstm-fit", lstm_data, *lstm])
    workers = [stock]
    agree([stock], lstm_data, None, [])
    for n in (1, 2):
        data = folder(directory, f"data-{n}")
        sizes = [batch, steps, width, heads, n]
        names = ["output"] + [p + ".gradient" for p in ("0_W", "0_Wn", "0_Wo", "1_W", "1_b")]
        ours = Worker(f"DeltaProduct, n = {n}", [*java, "delta-fit", data, *sizes])
        agree([ours], data, None, [])
        peer = Worker(f"PyTorch DeltaProduct, n = {n}", [*PEER, "delta-fit", data, *sizes])
        agree([peer], data, folder(data, ours.label), names)
        workers += [ours, peer]
    peer = Worker("torch.nn.LSTM", [*PEER, "lstm-fit", lstm_data, *lstm])
    names = ["output"] + [p + ".gradient" for p in ("0_W", "0_RW", "0_b", "1_W", "1_b")]
    agree([peer], lstm_data, folder(lstm_data, stock.label), names)
    workers.append(peer)
    finish(f"N {batch}, T {steps}, width {width}", workers, stock, rounds, warm, 0.8)


def cells(width, directory, java, rounds, warm):
    batch, steps, inputs = CELLS[width]
    sizes = [batch, steps, inputs, width]
    shape = f"B{batch} T{steps} C{inputs} H{width}"
    parameters = ["0_W", "0_RW", "0_b"]

    header("FlashLstm")
    data = folder(directory, "kernel")
    ours = Worker("FlashLstm, layer alone", [*java, "flash-kernel", data, *sizes])
    agree([ours], data, None, [])
    peer = Worker("torch.nn.LSTM, layer alone", [*PEER, "lstm-kernel", data, *sizes])
    names = ["output", "dx"] + [p + ".gradient" for p in parameters]
    agree([peer], data, folder(data, ours.label), names)
    finish(shape, [ours, peer], ours, rounds, warm, 0.6)

    data = folder(directory, "fit")
    names = ["output"] + [p + ".gradient" for p in (*parameters, "1_W", "1_b")]
    ours = Worker("FlashLstm, fit", [*java, "flash-fit", data, *sizes])
    agree([ours], data, None, [])
    peer = Worker("torch.nn.LSTM, training step", [*PEER, "lstm-fit", data, *sizes])
    agree([peer], data, folder(data, ours.label), names)
    stock = Worker("DL4J LSTM, fit", [*java, "lstm-fit", folder(directory, "stock"), *sizes])
    agree([stock], directory, None, [])
    finish(shape, [ours, peer, stock], ours, rounds, warm, 0.8)


def main(table, directory, java, rounds, warm):
    java = [*shlex.split(java), "org.dl4jext.bench.Worker"]
    rest = (directory, java, int(rounds), float(warm))
    if table == "delta-rule":
        delta_rule(*rest)
    elif table.startswith("layer-fit-"):
        layer_fit(int(table[len("layer-fit-") :]), *rest)
    elif table.startswith("cells-"):
        cells(int(table[len("cells-") :]), *rest)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
