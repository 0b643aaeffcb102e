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

  /** Of these steps. */
  public Body(List<Step> steps) {
    this.steps = steps.toArray(Step[]::new);
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
        if (context.watch != null) context.watch.tried(step, frame, holds);
        if (!holds) return true;
      } else if (step instanceof Step.Each each) {
        context.enter(step);
        boolean more = each.each(frame, new Rest(this, i + 1, sink));
        context.leave();
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

    Rest(Body body, int from, Sink sink) {
      this.body = body;
      this.from = from;
      this.sink = sink;
    }

    boolean run(Frame frame) {
      if (frame.context.watch != null) frame.context.watch.tried(body.steps[from - 1], frame, true);
      return body.run(frame, from, sink);
    }
  }
}
