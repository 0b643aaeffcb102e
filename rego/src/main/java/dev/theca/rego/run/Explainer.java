package dev.theca.rego.run;

import dev.theca.rego.Condition;
import dev.theca.rego.Explanation;
import dev.theca.rego.Explanation.Attempt;
import dev.theca.rego.Explanation.Failed;
import dev.theca.rego.Explanation.Rule;
import dev.theca.rego.Explanation.Seen;
import dev.theca.rego.Hidden;
import dev.theca.rego.Location;
import dev.theca.rego.value.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds an explanation while an evaluation goes by; bounded in size. */
public final class Explainer implements Watch {
  private static final int MOST = 10_000;
  private static final int MOST_SEEN = 20;

  private final Map<Integer, Condition> conditions;
  private final Hidden hidden;
  private final Deque<Open> open = new ArrayDeque<>();
  private int attempts;

  /** A body that is being tried. */
  private static final class Open {
    private final Location at;
    private final Map<String, List<Attempt>> asked = new LinkedHashMap<>();
    private int furthest = -1;
    private Optional<Failed> failed = Optional.empty();
    private int reading = Integer.MIN_VALUE;
    private final Map<String, Optional<Value>> seen = new LinkedHashMap<>();

    private Open(Location at) {
      this.at = at;
    }

    private List<Rule> rules() {
      var rules = new ArrayList<Rule>();
      asked.forEach((name, tries) -> rules.add(new Rule(name, tries)));
      return rules;
    }
  }

  /** For the conditions of one compilation. */
  public Explainer(Map<Integer, Condition> conditions, Hidden hidden) {
    this.conditions = conditions;
    this.hidden = hidden;
    open.push(new Open(new Location("query", 1, 1)));
  }

  @Override
  public void enter(Document document, Location at) {
    open.push(new Open(at));
  }

  @Override
  public void exit(Document document, Location at, @Nullable Value value) {
    var done = open.pop();
    if (++attempts > MOST) return;
    var shown = Optional.ofNullable(value).map(hidden::clean);
    var attempt =
        new Attempt(done.at, shown, value == null ? done.failed : Optional.empty(), done.rules());
    open.element().asked.computeIfAbsent(document.name(), _ -> new ArrayList<>()).add(attempt);
  }

  @Override
  public void tried(Step step, Frame frame, boolean holds, boolean nested) {
    var here = open.element();
    if (step.origin() != here.reading) {
      here.seen.clear();
      here.reading = step.origin();
    }
    if (!step.label().isEmpty() && here.seen.size() < MOST_SEEN)
      here.seen.put(step.label(), Optional.ofNullable(step.look(frame)).map(hidden::clean));
    if (holds || nested || step.origin() < here.furthest) return;
    var condition = conditions.get(step.origin());
    if (condition == null) return;
    here.furthest = step.origin();
    var list = new ArrayList<Seen>();
    here.seen.forEach((text, value) -> list.add(new Seen(text, value)));
    here.failed = Optional.of(new Failed(condition, list));
  }

  /** What was seen; the query's value is added. */
  public Explanation done(Optional<Value> value) {
    var all = open.getLast();
    return new Explanation(
        value.map(hidden::clean), value.isPresent() ? Optional.empty() : all.failed, all.rules());
  }
}
