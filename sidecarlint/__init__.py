"""sidecarlint finds legacy sidecars in Kubernetes manifests and rewrites them into native ones.

This is the map: the rooms in the order in which data walks through them, and what each must not know. A room imports only
from rooms above its own line.

values       frozen values with named fields that cost little to define. Must not know: anything.
errors       the few exceptions of the program, each with a message for people and an exit code. Must not know: anything.
settings     the frozen settings of one run. Must not know: anything.
sources      paths and standard input to texts, and a rewritten text back into its file. Must not know: YAML's meaning.
documents    text to nodes with spans, comments and routes. Must not know: Kubernetes.
workloads    documents to pods and the objects that own them, with what their command lines do. Must not know: rules, lifecycles.
catalogue    `rules/helpers/` to what is known of an image. Must not know: pods.
references   all documents of a run to who else speaks of a container. Must not know: lifecycles, rules.
lifecycle    a workload to each container's part, how it ends, and start and stop order. Must not know: text, spans, files.
rulebook     `rules/*.md` to rules. Must not know: how a lifecycle is computed.
findings     rules and lifecycles to findings. Must not know: how a fix is planned.
edits        planned operations to new text, proven. Must not know: why a fix is wanted, Kubernetes.
fixes        findings to plans: operations, how safe they are and why. Must not know: text.
bundle       the bundled rules and helpers, prepared ahead. Must not know: what a rule or a helper means.
bench        settings to the rules and helpers that a run works with. Must not know: sources, documents.
judging      one text to findings with their plans. Must not know: where texts come from, formats.
rendering    charts rendered, and what is found in them on the lines of templates and values. Must not know: formats.
charts       a chart's templates to what it says to a fix, and to the proof of one by rendering. Must not know: formats.
patching     what kustomizations bring into pods to findings with their plans. Must not know: where texts come from, formats.
suppressing  findings without those that comments and annotations leave out. Must not know: formats.
mending      one text to the same text with its fixes. Must not know: where texts come from, formats.
proving      new texts and their plans to what speaks against them in the builds of kustomizations. Must not know: formats.
picture      a workload's life before and after its fixes, as values. Must not know: formats.
examples     the examples inside rule files, run. Must not know: formats.
inspection   what `inspect` shows of a workload, as values. Must not know: rules, fixes.
migration    what a fix changed in each workload, from its life before and after. Must not know: text, formats.
waves        a migration in waves, and what each restarts. Must not know: text, formats.
reports      a run to text in one format. Must not know: how anything was decided.
layers       which texts hold values of charts, and which values hide others. Must not know: rules, lifecycles.
guards       why a source must not be rewritten where it lies. Must not know: what is to be rewritten.
desk         what one invocation has read, found and rewritten so far. Must not know: terminals, formats.
changed      the sources that a git range touches, and what of them was there before. Must not know: terminals, formats.
config       configuration files to settings. Must not know: manifests.
pipeline     the whole program on one screen. Must not know: terminals, formats.
cli          the command line: options, streams and exit codes. Must not know: how anything is decided.
"""

__version__ = "0.1.0"
