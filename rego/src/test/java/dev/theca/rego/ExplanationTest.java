package dev.theca.rego;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.Explanation.Attempt;
import dev.theca.rego.Explanation.Seen;
import dev.theca.rego.parse.PolicyParser;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import dev.theca.wire.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What explanations and coverage of policies say. */
class ExplanationTest {
  private static final String TEXT =
      """
      package p

      default allow := false

      allow if {
      	admin
      	input.level > 3
      }

      allow if input.user == "root"

      admin if {
      	some one in ["ann", "bob"]
      	one == input.user
      }

      deny contains reason if {
      	not admin
      	reason := "no admin"
      }
      """;

  private static final Policy POLICY =
      Policies.compile(
              List.of(PolicyParser.module("p.rego", TEXT, PolicyParser.Syntax.V1).orThrow()),
              Setup.plain())
          .orThrow();

  private static Given user(String name, long level) {
    return Given.nothing()
        .withInput(
            ObjectValue.of(
                Map.of(Value.of("user"), Value.of(name), Value.of("level"), Value.of(level))));
  }

  private static Explanation why(String query, Given given) {
    return POLICY.query(query).orThrow().explain(given, Hidden.nothing()).orThrow();
  }

  private static List<Attempt> attempts(Explanation why) {
    return why.rules().getFirst().attempts();
  }

  @Test
  void each_body_names_the_condition_that_stood_in_its_way() {
    var why = why("data.p.allow", user("bob", 2));
    assertThat(why.value()).contains(Value.of(false));
    var tried = attempts(why);
    assertThat(tried).hasSize(3);
    var first = tried.getFirst().failed().orElseThrow();
    assertThat(first.condition().text()).isEqualTo("input.level > 3");
    assertThat(first.condition().at()).isEqualTo(new Location("p.rego", 7, 2));
    assertThat(first.seen()).contains(new Seen("input.level", Optional.of(Value.of(2))));
    var second = tried.get(1).failed().orElseThrow();
    assertThat(second.condition().text()).isEqualTo("input.user == \"root\"");
    assertThat(tried.getLast().value()).contains(Value.of(false));
  }

  @Test
  void a_rule_that_was_asked_stands_below_the_one_that_asked() {
    var why = why("data.p.allow", user("eve", 9));
    var first = attempts(why).getFirst();
    assertThat(first.failed().orElseThrow().seen())
        .containsExactly(new Seen("data.p.admin", Optional.empty()));
    var admin = first.rules().getFirst();
    assertThat(admin.name()).isEqualTo("data.p.admin");
    assertThat(admin.attempts().getFirst().failed().orElseThrow().condition().text())
        .isEqualTo("one == input.user");
  }

  @Test
  void what_holds_has_no_failed_condition() {
    var why = why("data.p.allow", user("bob", 4));
    assertThat(why.value()).contains(Value.of(true));
    assertThat(why.failed()).isEmpty();
    assertThat(attempts(why).getFirst().failed()).isEmpty();
  }

  @Test
  void lines_that_took_no_part_are_missed() {
    var collector = new Coverage.Collector();
    var query = POLICY.query("data.p.deny").orThrow();
    assertThat(query.evaluate(user("bob", 1), collector)).isInstanceOf(Outcome.Granted.class);
    var lines = collector.of(POLICY).files().get("p.rego");
    assertThat(lines.covered()).contains(12, 13, 14, 18).doesNotContain(19, 6, 7);
    assertThat(lines.missed()).contains(19, 6, 7, 10);
    assertThat(collector.of(POLICY).percent()).isBetween(10.0, 60.0);
  }
}
