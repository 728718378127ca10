"""Find any sound by describing it, or by handing over another sound.

    import hearken_audio as hk

    lib = hk.Library("~/sounds.db")
    lib.index("~/Sounds", progress=True)
    for hit in lib.find("heavy rain on a roof", k=5):
        print(hit.likelihood, hit.path, hit.start, hit.end)

    model = hk.Model("starter")
    model.similarity(model.audio(["dog.wav", (samples, rate)]), model.text(["a dog", "rain"]))
"""
from . import _records
from ._errors import Error
from ._labels import label_set, label_set_names
from ._library import Engine, Library
from ._model import Model
from ._records import *  # noqa: F403
from ._tools import (
    split_words, write_playlist, read_playlist, read_texts, read_synonyms, score_csv, events_csv, audacity_labels,
    webvtt, raven_table, event_level, events_in_parts, copy_hits, read_manifest, map_vectors, map_svg, map_png,
    map_page, cluster_vectors, read_labelled, read_labelled_csv, read_captions, read_fma, zero_shot, retrieval,
    linear_probe, stratified_folds, class_labels, wordings, usual_templates, published_figures, rank_correlation,
    compare, compare_page, is_hub_name, hub_cache_directory, find_in_cache, needed_from_hub, plan_pull, pull,
    list_cached, remove_cached, model_details, convert_model, make_model, tune_recipe, tune)
from ._hearken import version as __version__

__all__ = ["Engine", "Error", "Library", "Model", "label_set", "label_set_names", "__version__", *_records.__all__,
           "split_words", "write_playlist", "read_playlist", "read_texts", "read_synonyms", "score_csv",
           "events_csv", "audacity_labels", "webvtt", "raven_table", "event_level", "events_in_parts", "copy_hits",
           "read_manifest", "map_vectors", "map_svg", "map_png", "map_page", "cluster_vectors", "read_labelled",
           "read_labelled_csv", "read_captions", "read_fma", "zero_shot", "retrieval", "linear_probe",
           "stratified_folds", "class_labels", "wordings", "usual_templates", "published_figures",
           "rank_correlation", "compare", "compare_page", "is_hub_name", "hub_cache_directory", "find_in_cache",
           "needed_from_hub", "plan_pull", "pull", "list_cached", "remove_cached", "model_details", "convert_model",
           "make_model", "tune_recipe", "tune"]
