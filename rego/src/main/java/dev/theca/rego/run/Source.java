package dev.theca.rego.run;

import dev.theca.rego.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a path begins. */
public abstract sealed class Source {
  abstract @Nullable Value get(Frame frame);

  /** A term. */
  public static final class Term extends Source {
    private final Operand operand;

    /** This one. */
    public Term(Operand operand) {
      this.operand = operand;
    }

    @Override
    Value get(Frame frame) {
      return operand.get(frame);
    }
  }

  /** {@code input}. */
  public static final class Input extends Source {
    @Override
    @Nullable Value get(Frame frame) {
      return frame.context.input;
    }
  }

  /** A document of rules. */
  public static final class Rules extends Source {
    private final Document document;

    /** This one. */
    public Rules(Document document) {
      this.document = document;
    }

    @Override
    @Nullable Value get(Frame frame) {
      return document.value(frame.context);
    }

    @Nullable Value member(Frame frame, Value key) {
      return document.member(frame.context, key);
    }
  }

  /** A base document. */
  public static final class Base extends Source {
    private final List<Value> path;

    /** At this path below data. */
    public Base(List<Value> path) {
      this.path = List.copyOf(path);
    }

    @Override
    @Nullable Value get(Frame frame) {
      return frame.context.base(path);
    }
  }

  /** A package, or all of {@code data}. */
  public static final class Tree extends Source {
    private final DataNode node;

    /** What lies there. */
    public Tree(DataNode node) {
      this.node = node;
    }

    @Override
    @Nullable Value get(Frame frame) {
      return node.value(frame.context);
    }
  }
}
