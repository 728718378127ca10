"""The other ways to run a CLAP audio tower, PyTorch, ONNX Runtime and OpenVINO, each in a process of its own.

The thread pools of these libraries spin for some milliseconds after their work and would take the cores from whoever is
measured next. So none shares a process with another, and whoever is not being measured is held by SIGSTOP.
"""
import multiprocessing, os, signal, time
from pathlib import Path

MANY = 16  # windows in flight or in a batch where throughput is measured
SPAWN = multiprocessing.get_context("spawn")


def tower(model):
    """Features [n, 1, 1001, 64] to unit vectors [n, dimension], as transformers computes them, for a model without fusion."""
    import torch
    from transformers import ClapAudioModelWithProjection

    class Tower(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.clap = ClapAudioModelWithProjection.from_pretrained(model).eval()

        def forward(self, x):
            is_longer = torch.zeros(x.shape[0], 1, dtype=torch.bool)
            return torch.nn.functional.normalize(self.clap(input_features=x, is_longer=is_longer).audio_embeds, dim=-1)

    return Tower().eval()


def features(model, waveforms):
    """What transformers' extractor makes of 10 s waveforms at 48 kHz: float32 [n, 1, 1001, 64]."""
    from transformers import ClapFeatureExtractor
    extract = ClapFeatureExtractor.from_pretrained(model)
    return extract(waveforms, sampling_rate=48000, return_tensors="np")["input_features"].astype("float32")


def prepare(model, sound, folder):
    """Writes into folder: window.wav and features.npy (the sound's first 10 s, repeated to fill them), fp32.onnx, int8.onnx."""
    import librosa, numpy, soundfile, torch, warnings
    from onnxruntime.quantization import QuantType, quantize_dynamic, shape_inference
    folder.mkdir(parents=True, exist_ok=True)
    samples, _ = librosa.load(sound, sr=48000, duration=10)
    samples = numpy.resize(samples, 480000)
    soundfile.write(folder / "window.wav", samples, 48000, subtype="FLOAT")
    x = features(model, [samples])
    numpy.save(folder / "features.npy", x)
    source = Path(model).resolve() / "model.safetensors"
    if (folder / "int8.onnx").exists() and (folder / "int8.onnx").stat().st_mtime > source.stat().st_mtime: return
    warnings.simplefilter("ignore")  # the exporter names each branch on a shape; the shape is fixed
    torch.onnx.export(tower(model), (torch.from_numpy(x),), folder / "fp32.onnx", input_names=["x"], dynamo=False, opset_version=17)
    shape_inference.quant_pre_process(folder / "fp32.onnx", folder / "optimised.onnx")
    quantize_dynamic(folder / "optimised.onnx", folder / "int8.onnx", weight_type=QuantType.QInt8, per_channel=True,
                     op_types_to_quantize=["MatMul", "Gemm"])
    (folder / "optimised.onnx").unlink()


def pytorch(model, folder, x, threads, how):
    import torch
    torch.set_num_threads(threads)
    run, x = tower(model), torch.from_numpy(x)
    if how == "converted": run, x = run.to(torch.bfloat16), x.to(torch.bfloat16)

    def embed():
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=how == "autocast"):
            return run(x).float().numpy()[0]
    return embed


def onnx_runtime(model, folder, x, threads, precision):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(folder / f"{precision}.onnx", options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, {"x": x})[0][0]


def openvino(model, folder, x, threads, precision, hint="LATENCY"):
    from openvino import AsyncInferQueue, Core
    core = Core()
    if precision == "bf16" and "BF16" not in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        raise RuntimeError("OpenVINO says that this CPU has no bf16")
    compiled = core.compile_model(folder / "fp32.onnx", "CPU", {
        "INFERENCE_PRECISION_HINT": {"fp32": "f32"}.get(precision, precision), "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": hint})
    if hint == "LATENCY":
        request = compiled.create_infer_request()
        return lambda: request.infer({0: x})[0][0]
    queue = AsyncInferQueue(compiled)

    def many():
        for _ in range(MANY): queue.start_async({0: x})
        queue.wait_all()
        return queue[0].get_output_tensor().data[0]
    return many


PEERS = {"PyTorch fp32": (pytorch, "fp32"), "PyTorch bf16, converted": (pytorch, "converted"), "PyTorch bf16, autocast": (pytorch, "autocast"),
         "ONNX Runtime fp32": (onnx_runtime, "fp32"), "ONNX Runtime int8": (onnx_runtime, "int8"),
         "OpenVINO fp32": (openvino, "fp32"), "OpenVINO bf16": (openvino, "bf16")}
PEERS_OF_MANY = {"OpenVINO fp32": (openvino, "fp32", "THROUGHPUT"), "OpenVINO bf16": (openvino, "bf16", "THROUGHPUT")}


def serve(pipe, model, folder, threads, function, *arguments):
    """The life of a peer's process: load, send the vector, then for each number received that many times in ms."""
    import numpy
    try:
        embed = function(model, folder, numpy.load(folder / "features.npy"), threads, *arguments)
        pipe.send(numpy.array(embed(), "float64"))
    except Exception as error:
        pipe.send(f"{type(error).__name__}: {error}".splitlines()[0])
        return
    while count := pipe.recv():
        times = []
        for _ in range(1 + count):  # the first one is not measured
            begin = time.perf_counter()
            embed()
            times.append(1000 * (time.perf_counter() - begin))
        pipe.send(times[1:])


class Peer:
    def __init__(self, model, folder, threads, how):
        self.pipe, far = SPAWN.Pipe()
        self.process = SPAWN.Process(target=serve, args=(far, model, folder, threads, *how), daemon=True)
        self.process.start()
        far.close()
        self.vector = self.pipe.recv()  # or, where it cannot be computed, the reason
        self.signal(signal.SIGSTOP)

    def signal(self, number):
        if self.process.is_alive(): os.kill(self.process.pid, number)

    def times(self, windows):
        self.signal(signal.SIGCONT)
        self.pipe.send(windows)
        times = self.pipe.recv()
        self.signal(signal.SIGSTOP)
        return times

    def end(self):
        self.process.kill()
        self.process.join()


def apart(function, *arguments):
    """Calls the function in a process of its own, so that what it imports is gone afterwards."""
    process = SPAWN.Process(target=function, args=arguments)
    process.start()
    process.join()
    if process.exitcode: raise SystemExit(f"{function.__name__} failed")
