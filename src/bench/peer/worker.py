"""A worker of alternate.py in PyTorch.

    worker.py rule FORM DIRECTORY N T n K        the delta product alone, forward and backward;
                                                 FORM: naive, chunkwise
    worker.py delta-fit DIRECTORY B T width heads n
    worker.py lstm-fit DIRECTORY B T inputs width
    worker.py lstm-kernel DIRECTORY B T inputs width
    worker.py qkan-kernel DIRECTORY B T inputs width
    worker.py plstm-grid DIRECTORY B X Y heads size
    worker.py caching FORM DIRECTORY B T H K segment      FORM: whole, chunked
    worker.py universal-kernel DIRECTORY B T width heads steps
    worker.py data DIRECTORY N T n K             writes inputs, and the results of a loop in float64
"""

import sys
import time

import numpy
import torch

import caching
import delta
import layers
import plstm
import qkan
import universal


class Files:
    """Arrays of a directory as float32 in c order."""

    def __init__(self, directory):
        self.directory = directory

    def read(self, name, *shape):
        array = numpy.fromfile(f"{self.directory}/{name}", "<f4")
        return torch.from_numpy(array).view(*shape) if shape else torch.from_numpy(array)

    def write(self, directory, name, x):
        x.detach().contiguous().float().numpy().tofile(f"{directory}/{name}")


class Rule:
    """Outputs and gradients of the delta product."""

    def __init__(self, form, files, rows, steps, n, size, dtype=torch.float32):
        self.files = files
        shapes = [(rows, steps, size), (rows, steps * n, size), (rows, steps * n, size)]
        shapes.append((rows, steps * n))
        self.inputs = [files.read(x, *s).to(dtype) for x, s in zip(["q", "k", "v", "beta"], shapes)]
        for x in self.inputs:
            x.requires_grad_(True)
        self.gradient = files.read("do", rows, steps, size).to(dtype)
        if form == "naive":
            self.rule = lambda q, k, v, beta: delta.naive(q, k, v, beta, n)
        else:
            self.rule, name = delta.fastest_chunkwise(steps, n, size, rows)
            print(f"torch, chunkwise: {name}", file=sys.stderr)

    def run(self):
        for x in self.inputs:
            x.grad = None
        self.o = self.rule(*self.inputs)
        self.o.backward(self.gradient)

    def check(self, directory):
        self.run()
        self.files.write(directory, "o", self.o)
        for name, x in zip(["dq", "dk", "dv", "dbeta"], self.inputs):
            self.files.write(directory, name, x.grad)


class Fit:
    """One training step."""

    def __init__(self, layer, files, batch, steps, inputs, width):
        self.files = files
        x = files.read("x", batch, steps, inputs)
        y = files.read("y", batch, steps, layers.CLASSES)
        self.training = layers.Training(layer, x, y, width)
        self.run = self.training.run
        self.shape = (batch, steps, width)

    def check(self, directory):
        exchanged = self.training.exchanged()
        with torch.no_grad():
            for name, parameter, change in exchanged:
                parameter.copy_(change(self.files.read(name), parameter.shape))
        loss, _ = self.training.loss()
        loss.backward()
        with torch.no_grad():
            probabilities = self.training.loss()[1].exp()
        self.files.write(directory, "output", probabilities)
        for name, parameter, change in exchanged:
            gradient = change(parameter.grad, parameter.shape, back=True)
            self.files.write(directory, name + ".gradient", gradient * self.shape[0])


class LayerKernel:
    """Forward and backward of a layer alone, the gradient of its input included."""

    def __init__(self, layer, files, batch, steps, inputs, width):
        self.files = files
        self.layer = layer
        self.x = files.read("x", batch, steps, inputs).requires_grad_(True)
        self.gradient = files.read("dy", batch, steps, width)
        with torch.no_grad():
            for name, parameter, change in self.layer.exchanged():
                parameter.copy_(change(files.read(name), parameter.shape))

    def run(self):
        self.layer.zero_grad(set_to_none=True)
        self.x.grad = None
        self.y = self.layer(self.x)
        self.y.backward(self.gradient)

    def check(self, directory):
        self.run()
        self.files.write(directory, "output", self.y)
        self.files.write(directory, "dx", self.x.grad)
        for name, parameter, change in self.layer.exchanged():
            gradient = change(parameter.grad, parameter.shape, back=True)
            self.files.write(directory, name + ".gradient", gradient)


class Function:
    """Outputs and gradients of a function of arrays."""

    def __init__(self, function, files, shapes, output):
        self.function = function
        self.files = files
        self.names = list(shapes)
        self.inputs = [files.read(name, *shape).requires_grad_(True) for name, shape in shapes.items()]
        self.gradient = files.read("dy", *output)

    def run(self):
        for x in self.inputs:
            x.grad = None
        self.y = self.function(*self.inputs)
        self.y.backward(self.gradient)

    def check(self, directory):
        self.run()
        self.files.write(directory, "output", self.y)
        for name, x in zip(self.names, self.inputs):
            self.files.write(directory, name + ".gradient", x.grad)


def plstm_grid(files, batch, width, height, heads, size):
    cells = (batch * heads, width, height)
    shapes = {name: (*cells, size) for name in ("q", "k", "v")}
    gates = ("s_r", "s_d", "t_rl", "t_du", "t_dl", "t_ru", "m_l", "m_u", "d")
    shapes.update({name: cells for name in gates})
    return Function(plstm.grid, files, shapes, (*cells, size))


def cached(form, files, batch, steps, heads, size, segment):
    shape = (batch, steps, heads, size)

    def function(*inputs):
        inputs = [x.transpose(1, 2).contiguous() for x in inputs]
        return form(*inputs, segment).transpose(1, 2)

    return Function(function, files, {name: shape for name in "qkvu"}, shape)


def data(directory, rows, steps, n, size):
    """Inputs as a layer would make them, and what a loop in double precision makes of them."""
    generator = torch.Generator().manual_seed(1)
    files = Files(directory)
    normal = lambda *shape: torch.randn(*shape, generator=generator)
    unit = lambda x: torch.nn.functional.normalize(x, dim=-1)
    files.write(directory, "q", unit(normal(rows, steps, size)) * size**-0.5)
    files.write(directory, "k", unit(normal(rows, steps * n, size)))
    files.write(directory, "v", normal(rows, steps * n, size))
    files.write(directory, "beta", 2 * torch.sigmoid(normal(rows, steps * n)))
    files.write(directory, "do", normal(rows, steps, size))
    Rule("naive", files, rows, steps, n, size, torch.float64).check(directory)


def serve(candidate):
    for line in sys.stdin:
        command, argument = line.split()
        if command == "check":
            candidate.check(argument)
            print("done", flush=True)
            continue
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(int(argument)):
            candidate.run()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(1e3 * wall / int(argument), 1e3 * cpu / int(argument), flush=True)


def require_blas():
    """A PyTorch on the reference BLAS would make every comparison worthless."""
    x = torch.randn(256, 256)
    least = float("inf")
    for _ in range(20):
        start = time.process_time()
        x @ x
        least = min(least, time.process_time() - start)
    if 2 * 256**3 / least < 1e10:
        sys.exit("this PyTorch multiplies slower than 10 GFLOP/s; install OpenBLAS")


def main(kind, *arguments):
    torch.manual_seed(1)
    torch.set_num_threads(1)
    require_blas()
    if kind == "data":
        data(arguments[0], *map(int, arguments[1:]))
    elif kind == "rule":
        serve(Rule(arguments[0], Files(arguments[1]), *map(int, arguments[2:])))
    elif kind == "delta-fit":
        batch, steps, width, heads, n = map(int, arguments[1:])
        layer = layers.DeltaProduct(batch, steps, width, heads, n)
        print(f"torch, width {width}, n = {n}: {layer.rule_name}", file=sys.stderr)
        serve(Fit(layer, Files(arguments[0]), batch, steps, width, width))
    elif kind == "lstm-fit":
        batch, steps, inputs, width = map(int, arguments[1:])
        layer = layers.Lstm(inputs, width)
        serve(Fit(layer, Files(arguments[0]), batch, steps, inputs, width))
    elif kind in ("lstm-kernel", "qkan-kernel"):
        batch, steps, inputs, width = map(int, arguments[1:])
        layer = layers.Lstm if kind == "lstm-kernel" else qkan.QkanLstm
        files = Files(arguments[0])
        serve(LayerKernel(layer(inputs, width), files, batch, steps, inputs, width))
    elif kind == "plstm-grid":
        serve(plstm_grid(Files(arguments[0]), *map(int, arguments[1:])))
    elif kind == "caching":
        form = {"whole": caching.whole, "chunked": caching.chunked}[arguments[0]]
        serve(cached(form, Files(arguments[1]), *map(int, arguments[2:])))
    elif kind == "universal-kernel":
        batch, steps, width, heads, loops = map(int, arguments[1:])
        layer = universal.UniversalTransformer(width, heads, loops)
        serve(LayerKernel(layer, Files(arguments[0]), batch, steps, width, width))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
