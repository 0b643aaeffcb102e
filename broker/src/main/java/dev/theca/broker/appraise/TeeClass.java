package dev.theca.broker.appraise;

import dev.theca.evidence.EvidenceType;

/** The classes of attesters: part of a submodule's name, and of the name of its policy. */
enum TeeClass {
  CPU("cpu"),
  GPU("gpu");

  private final String word;

  TeeClass(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }

  static TeeClass of(EvidenceType type) {
    return type == EvidenceType.NVIDIA ? GPU : CPU;
  }
}
