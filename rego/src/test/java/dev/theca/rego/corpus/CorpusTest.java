package dev.theca.rego.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.parse.PolicyParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Policies, questions and the answers that Open Policy Agent gives to them. */
class CorpusTest {
  private static final String NO_POLICY = "rego_parse_error";

  /** What this engine does not do yet, by the names of the cases. */
  private static final Set<String> OPEN = Set.of("templates/with inside");

  @Test
  void every_policy_of_the_corpus_is_read_unless_it_is_none() {
    var wrong = new ArrayList<String>();
    for (Case one : Case.corpus()) {
      if (OPEN.contains(one.note())) continue;
      boolean read = isRead(one);
      boolean wanted = !one.wantError().equals(Optional.of(NO_POLICY));
      if (read != wanted) wrong.add(one.note() + (read ? " is read" : " is refused"));
    }
    assertThat(wrong).isEmpty();
  }

  private static boolean isRead(Case one) {
    List<String> modules = one.modules();
    return modules.stream()
            .allMatch(text -> PolicyParser.module("p.rego", text, one.syntax()).isGranted())
        && PolicyParser.query("query", one.query()).isGranted();
  }

  @Test
  void the_corpus_is_large() {
    assertThat(Case.corpus()).hasSizeGreaterThan(1_000);
  }
}
