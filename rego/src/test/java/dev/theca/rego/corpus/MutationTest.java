package dev.theca.rego.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Changed copies of the corpus: each is a policy or is refused, and ends soon. The chance is the
 * same every time; {@code -Dtheca.rego.seed} and {@code -Dtheca.rego.rounds} try others.
 */
class MutationTest {
  private static final Pattern TOKEN =
      Pattern.compile("\\w+|\"[^\"\\n]*\"|:=|[=!<>]=|\\s+|[^\\w\\s]");
  private static final String CHARS = "\u0000\t\n #\"`$\\{}[]().,:;=_-+|&0e9ä";
  private static final int LONG = 4_000;

  private final long seed = Long.getLong("theca.rego.seed", 41);
  private final int rounds = Integer.getInteger("theca.rego.rounds", 5_000);
  private final Random chance = new Random(seed);
  private final List<List<String>> policies = new ArrayList<>();
  private final List<String> tokens = new ArrayList<>();

  @Test
  void a_changed_policy_is_a_policy_or_is_refused() {
    var inputs = new ArrayList<Optional<Value>>();
    for (Case one : Case.corpus())
      for (String module : one.modules()) {
        if (module.length() > LONG) continue;
        var parts = TOKEN.matcher(module).results().map(found -> found.group()).toList();
        policies.add(parts);
        tokens.addAll(parts);
        inputs.add(one.input());
      }
    var reached = new EnumMap<Probe.Reached, Integer>(Probe.Reached.class);
    for (int round = 0; round < rounds; round++) {
      int which = chance.nextInt(policies.size());
      String text = changed(policies.get(which));
      long start = System.nanoTime();
      try {
        reached.merge(Probe.all(text, inputs.get(which)), 1, Integer::sum);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed + ", round " + round + ":\n" + text, e);
      }
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertThat(millis).as("milliseconds of round %d:%n%s", round, text).isLessThan(30_000);
    }
    assertThat(reached).containsKeys(Probe.Reached.TEXT, Probe.Reached.TREE, Probe.Reached.ANSWER);
  }

  private String changed(List<String> policy) {
    var parts = new ArrayList<>(policy);
    for (int changes = 1 + chance.nextInt(3); changes > 0 && !parts.isEmpty(); changes--) {
      int at = chance.nextInt(parts.size());
      switch (chance.nextInt(8)) {
        case 0 -> parts.remove(at);
        case 1 -> parts.add(at, tokens.get(chance.nextInt(tokens.size())));
        case 2, 3 -> parts.set(at, tokens.get(chance.nextInt(tokens.size())));
        case 4 -> parts.set(at, parts.get(chance.nextInt(parts.size())));
        case 5 -> {
          int to = Math.min(parts.size(), at + 1 + chance.nextInt(12));
          parts.addAll(at, List.copyOf(parts.subList(at, to)));
        }
        case 6 -> {
          var other = policies.get(chance.nextInt(policies.size()));
          int from = chance.nextInt(other.size());
          int to = Math.min(other.size(), from + 1 + chance.nextInt(20));
          parts.addAll(at, other.subList(from, to));
        }
        default -> parts.set(at, bent(parts.get(at)));
      }
    }
    return String.join("", parts);
  }

  private String bent(String part) {
    int at = chance.nextInt(part.length());
    char other = CHARS.charAt(chance.nextInt(CHARS.length()));
    return part.substring(0, at) + other + part.substring(at + 1);
  }
}
