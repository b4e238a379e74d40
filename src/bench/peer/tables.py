"""The tables of docs/performance.md that compare programs. Called by the scripts in src/bench.

    tables.py TABLE DIRECTORY JAVA ROUNDS WARM-UP
"""

import os
import shlex
import subprocess
import sys

from alternate import RATIOS, TIMES, Worker, alternate, compare, ratio, rows

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


def finish(shape, workers, pairs, rounds, round_seconds):
    """Times the workers; prints their rows and gives back those of the ratios."""
    alternate(workers, rounds, round_seconds)
    rows(shape, workers)
    for worker in workers:
        worker.close()
    return [ratio(shape, slow, fast) for slow, fast in pairs]


def delta_rule(directory, java, peer, rounds):
    batch, steps, heads, size = 4, 1024, 4, 64
    names = ["o", "dq", "dk", "dv", "dbeta"]
    ratios = []
    print(TIMES, flush=True)
    for n in (1, 2):
        data = folder(directory, f"data-{n}")
        sizes = [batch * heads, steps, n, size]
        subprocess.run([*map(str, PEER + ["data", data] + sizes)], check=True)
        rule = ["rule", data, batch, steps, heads, size, n]
        host = java("host kernel", *rule, "HOST")
        others = [
            Worker("C, same algorithm", [f"{directory}/delta_rule", data, *sizes], 0.5),
            peer("PyTorch, chunkwise", "rule", "chunkwise", data, *sizes),
            peer("PyTorch, loop", "rule", "naive", data, *sizes),
            java("plain Java loop, float64", *rule, "REFERENCE"),
        ]
        agree([host, *others], directory, data, names)
        shape = f"B4 T1024 H4 K64 V64, n = {n}"
        pairs = [(other, host) for other in others]
        ratios += finish(shape, [host, *others], pairs, rounds, 0.5)
    print(RATIOS, *ratios, sep="\n")


def layer_fit(width, directory, java, peer, rounds):
    batch, steps, heads = LAYERS[width]
    lstm = [folder(directory, "lstm"), batch, steps, width, width]
    stock = java("DL4J LSTM", "lstm-fit", *lstm)
    agree([stock], lstm[0], None, [])
    workers, pairs = [stock], []
    for n in (1, 2):
        data = folder(directory, f"data-{n}")
        sizes = [data, batch, steps, width, heads, n]
        names = ["output"] + [p + ".gradient" for p in ("0_W", "0_Wn", "0_Wo", "1_W", "1_b")]
        ours = java(f"DeltaProduct, n = {n}", "delta-fit", *sizes)
        agree([ours], data, None, [])
        torch = peer(f"PyTorch DeltaProduct, n = {n}", "delta-fit", *sizes)
        agree([torch], data, folder(data, ours.label), names)
        workers += [ours, torch]
        pairs += [(stock, ours), (torch, ours)]
    torch = peer("torch.nn.LSTM", "lstm-fit", *lstm)
    names = ["output"] + [p + ".gradient" for p in ("0_W", "0_RW", "0_b", "1_W", "1_b")]
    agree([torch], lstm[0], folder(lstm[0], stock.label), names)
    print(TIMES, flush=True)
    shape = f"N {batch}, T {steps}, width {width}"
    print(RATIOS, *finish(shape, workers + [torch], pairs, rounds, 0.8), sep="\n")


def cells(width, directory, java, peer, rounds):
    batch, steps, inputs = CELLS[width]
    sizes = [batch, steps, inputs, width]
    shape = f"B{batch} T{steps} C{inputs} H{width}"
    parameters = ["0_W", "0_RW", "0_b"]
    print(TIMES, flush=True)

    data = folder(directory, "kernel")
    ours = java("FlashLstm, layer alone", "flash-kernel", data, *sizes)
    agree([ours], data, None, [])
    torch = peer("torch.nn.LSTM, layer alone", "lstm-kernel", data, *sizes)
    names = ["output", "dx"] + [p + ".gradient" for p in parameters]
    agree([torch], data, folder(data, ours.label), names)
    ratios = finish(shape, [ours, torch], [(torch, ours)], rounds, 0.5)

    data = folder(directory, "fit")
    names = ["output"] + [p + ".gradient" for p in (*parameters, "1_W", "1_b")]
    ours = java("FlashLstm, fit", "flash-fit", data, *sizes)
    agree([ours], data, None, [])
    torch = peer("torch.nn.LSTM, training step", "lstm-fit", data, *sizes)
    agree([torch], data, folder(data, ours.label), names)
    stock = java("DL4J LSTM, fit", "lstm-fit", folder(directory, "stock"), *sizes)
    agree([stock], directory, None, [])
    pairs = [(torch, ours), (stock, ours)]
    ratios += finish(shape, [ours, torch, stock], pairs, rounds, 0.8)
    print(RATIOS, *ratios, sep="\n")


def qkan(directory, java, peer, rounds):
    batch, steps, inputs, width = 8, 128, 8, 32
    workers = []
    for length in (steps, 4 * steps, 16 * steps):
        sizes = [folder(directory, f"qkan-{length}"), batch, length, inputs, width]
        workers.append(java(f"QkanLstm, r = 3, T = {length}", "qkan-kernel", *sizes))
        agree(workers[-1:], sizes[0], None, [])
    data = folder(directory, f"qkan-{steps}")
    torch = peer("PyTorch, edges at once", "qkan-kernel", data, batch, steps, inputs, width)
    parts = ["theta", "preactWeight", "preactBias", "postactWeight", "postactBias", "baseWeight"]
    names = ["output", "dx"] + [f"0_{part}.gradient" for part in parts]
    agree([torch], data, folder(data, workers[0].label), names)
    print(TIMES, flush=True)
    shape = f"B{batch} C{inputs} H{width}"
    pairs = [(torch, workers[0])] + [(longer, workers[0]) for longer in workers[1:]]
    print(RATIOS, *finish(shape, [*workers, torch], pairs, rounds, 0.5), sep="\n")


def plstm_grid(directory, java, peer, rounds):
    batch, side, heads, size = 4, 32, 4, 16
    data = folder(directory, "grid")
    sizes = [data, batch, side, side, heads, size]
    ours = java("host kernel", "plstm-grid", *sizes)
    agree([ours], data, None, [])
    torch = peer("PyTorch over anti-diagonals", "plstm-grid", *sizes)
    inputs = ["q", "k", "v", "s_r", "s_d", "t_rl", "t_du", "t_dl", "t_ru", "m_l", "m_u", "d"]
    names = ["output"] + [name + ".gradient" for name in inputs]
    agree([torch], data, folder(data, ours.label), names)
    larger = []
    for factor in (2, 4):
        more = [folder(directory, f"grid-{factor}"), batch, factor * side, factor * side, heads, size]
        larger.append(java(f"host kernel, {factor**2} times the cells", "plstm-grid", *more))
        agree(larger[-1:], more[0], None, [])
    print(TIMES, flush=True)
    shape = f"B{batch} {side} x {side} H{heads} K{size} V{size}"
    pairs = [(torch, ours)] + [(more, ours) for more in larger]
    print(RATIOS, *finish(shape, [ours, torch, *larger], pairs, rounds, 0.5), sep="\n")


def caching(directory, java, peer, rounds):
    batch, steps, heads, size, segment = 4, 1024, 4, 32, 64
    data = folder(directory, "caching")
    sizes = [data, batch, steps, heads, size, segment]
    ours = java("host kernel", "caching", *sizes)
    agree([ours], data, None, [])
    peers = [
        peer("PyTorch, T x T", "caching", "whole", *sizes),
        peer("PyTorch, chunked", "caching", "chunked", *sizes),
    ]
    names = ["output"] + [name + ".gradient" for name in "qkvu"]
    agree(peers, data, folder(data, ours.label), names)
    longer = []
    for length in (256, 4096):
        more = [folder(directory, f"caching-{length}"), batch, length, heads, size, segment]
        longer.append(java(f"host kernel, T = {length}", "caching", *more))
        agree(longer[-1:], more[0], None, [])
    print(TIMES, flush=True)
    shape = f"B{batch} T{steps} H{heads} K{size} V{size}, segment {segment}"
    pairs = [(torch, ours) for torch in peers] + [(other, ours) for other in longer]
    print(RATIOS, *finish(shape, [ours, *peers, *longer], pairs, rounds, 0.5), sep="\n")


def universal(directory, java, peer, rounds):
    batch, steps, width, heads, loops = 16, 64, 64, 4, 6
    data = folder(directory, "universal")
    sizes = [data, batch, steps, width, heads, loops]
    ours = java("UniversalTransformer, layer alone", "universal-kernel", *sizes)
    agree([ours], data, None, [])
    torch = peer("PyTorch", "universal-kernel", *sizes)
    parts = ["Wq", "Wk", "Wv", "Wo", "W1", "b1", "W2", "b2", "stepEmbedding"]
    parts += [norm + part for norm in ("ln1", "ln2", "lnf") for part in ("Gain", "Bias")]
    names = ["output", "dx"] + [f"0_{part}.gradient" for part in parts]
    agree([torch], data, folder(data, ours.label), names)
    print(TIMES, flush=True)
    shape = f"B{batch} T{steps} width {width} H{heads}, {loops} steps"
    print(RATIOS, *finish(shape, [ours, torch], [(torch, ours)], rounds, 0.5), sep="\n")


def main(table, directory, java, rounds, warm):
    command = [*shlex.split(java), "org.dl4jext.bench.Worker"]
    warm = float(warm)
    makers = (
        lambda label, *arguments: Worker(label, [*command, *arguments], warm),
        lambda label, *arguments: Worker(label, [*PEER, *arguments], min(warm, 2)),
    )
    rest = (directory, *makers, int(rounds))
    if table == "delta-rule":
        delta_rule(*rest)
    elif table.startswith("layer-fit-"):
        layer_fit(int(table[len("layer-fit-") :]), *rest)
    elif table.startswith("cells-"):
        cells(int(table[len("cells-") :]), *rest)
    elif table == "qkan":
        qkan(*rest)
    elif table == "plstm-grid":
        plstm_grid(*rest)
    elif table == "caching":
        caching(*rest)
    elif table == "universal":
        universal(*rest)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
