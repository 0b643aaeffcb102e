package dev.theca.cli.policy;

import java.util.List;

/** The policies, the data or the query are wrong. */
final class Mistaken extends Exception {
  private static final long serialVersionUID = 1L;

  final transient List<Mistake> mistakes;
  final boolean loading;

  Mistaken(boolean loading, List<Mistake> mistakes) {
    super("mistakes", null, false, false);
    this.loading = loading;
    this.mistakes = List.copyOf(mistakes);
  }

  String text() {
    return Mistake.text(mistakes, loading ? " during loading" : "");
  }
}
