package dev.theca.rego.run;

import java.util.List;

/** Steps in order. */
public final class Body {
  /** Takes a solution; false ends the search. */
  @FunctionalInterface
  interface Sink {
    boolean solved(Frame frame);
  }

  private final Step[] steps;
  private final boolean nested;

  /**
   * @param nested whether it stands within a condition, such as the body of a comprehension
   */
  public Body(List<Step> steps, boolean nested) {
    this.steps = steps.toArray(Step[]::new);
    this.nested = nested;
  }

  /** Finds every solution until the sink has enough; false says that it had. */
  boolean run(Frame frame, Sink sink) {
    return run(frame, 0, sink);
  }

  boolean run(Frame frame, int from, Sink sink) {
    for (int i = from; i < steps.length; i++) {
      Step step = steps[i];
      Context context = frame.context;
      context.step(step);
      if (step instanceof Step.Test test) {
        boolean holds = test.test(frame);
        if (context.watch != null) context.watch.tried(step, frame, holds, nested);
        if (!holds) return true;
      } else if (step instanceof Step.Each each) {
        context.enter(step);
        var rest = new Rest(this, i + 1, sink);
        boolean more = each.each(frame, rest);
        context.leave();
        if (context.watch != null && !rest.ran) context.watch.tried(step, frame, false, nested);
        return more;
      }
    }
    return sink.solved(frame);
  }

  /** Whether there is a solution. */
  boolean holds(Frame frame) {
    return !run(frame, FIRST);
  }

  private static final Sink FIRST = _ -> false;

  /** What comes behind a step. */
  static final class Rest {
    private final Body body;
    private final int from;
    private final Sink sink;
    private boolean ran;

    Rest(Body body, int from, Sink sink) {
      this.body = body;
      this.from = from;
      this.sink = sink;
    }

    boolean run(Frame frame) {
      ran = true;
      if (frame.context.watch != null)
        frame.context.watch.tried(body.steps[from - 1], frame, true, body.nested);
      return body.run(frame, from, sink);
    }
  }
}
