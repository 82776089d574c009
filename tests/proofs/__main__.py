"""`python -m tests.proofs`: the programs that print the README's figures, and what each proves."""

from __future__ import annotations

PROOFS = {
    "bench --panes 1,4,12,32,64": "CPU, memory, bytes, delays beside the vendor's scripts in tmux",
    "bench.where": "where the program's own CPU time goes (needs py-spy)",
    "painting": "the faster painting beside Textual's own, with and without a dialog",
    "thin_line": "bytes to the terminal, by what they paint",
    "watchwords": "what 50 watch words cost on 64 panes",
    "kept_sound": "what keeping sound costs, beside a recorder of its own",
    "kept_drift": "how far kept sound lies from where the journal says, over drops and codecs",
    "journals": "index, queries, exports and the html page of 1, 10 and 100 days; memory",
    "recognition": "the offline recogniser: words wrong, CPU, delays, words made of no speech",
    "recognition --only screen --seconds 600": "the screen's figures beside it",
    "soak": "a week of the journal's days, time at its fastest",
    "soak kills": "SIGKILL at a hundred random moments",
    "soak desk": "ten minutes of a real Icecast, a file and a microphone, recognised offline",
    "chaos --panes 16 --minutes 10 --seed 23": "random faults of both halves, every word checked",
    "chaos.network --hole 30": "real packets: delay, loss, a black hole (needs root)",
    "chaos.endings --step 0.4": "ends of sessions at every phase of the service's commits",
    "chaos.machine": "suspend, clocks, lost terminals, limits, disks, proxies, redirects",
}
"""The part of each command after `python -m tests.proofs.`, and what the program proves."""


def main() -> None:
    """Print all programs."""
    width = max(map(len, PROOFS))
    for command, proves in PROOFS.items():
        print(f"python -m tests.proofs.{command:{width}}  {proves}")
    print("\nEach explains itself with --help; they take from a minute to half an hour.")


if __name__ == "__main__":
    main()
