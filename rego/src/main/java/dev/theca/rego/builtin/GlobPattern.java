package dev.theca.rego.builtin;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A glob: {@code *} is any text without a delimiter, {@code **} any text, {@code ?} one character
 * that is no delimiter, {@code [abc]}, {@code [a-z]} and {@code [!a]} one of these or another,
 * <code>{a,b*}</code> alternatives, a backslash takes the next character as it is. Matching runs
 * all ways at once, so its time is that of the text times the pattern, whatever they are.
 */
final class GlobPattern {
  private final String delimiters;
  private final List<Node> nodes = new ArrayList<>();

  /**
   * A state: what it eats, and where it leads; {@link Kind#SPLIT} leads to both and eats nothing.
   */
  private static final class Node {
    final Kind kind;
    final int from;
    final int to;
    final String list;
    int next;
    int other = -1;

    Node(Kind kind, int from, int to, String list) {
      this.kind = kind;
      this.from = from;
      this.to = to;
      this.list = list;
    }
  }

  private enum Kind {
    SPLIT,
    RANGE,
    OUTSIDE,
    ONE_OF,
    NONE_OF,
    NO_DELIMITER,
    ANY,
    END
  }

  private GlobPattern(String delimiters) {
    this.delimiters = delimiters;
  }

  static GlobPattern of(String pattern, String delimiters) throws BuiltinFault {
    var glob = new GlobPattern(delimiters);
    glob.parse(pattern.codePoints().toArray());
    return glob;
  }

  /** Alternatives that are open: where they split, and the ends of those already read. */
  private record Group(List<Integer> starts, List<Integer> ends) {}

  /** The states are laid out in the order of the text, each leading to the one after it. */
  private void parse(int[] in) throws BuiltinFault {
    var open = new ArrayList<Group>();
    int at = 0;
    while (at < in.length) {
      int c = in[at++];
      if (c == '{') {
        open.add(new Group(new ArrayList<>(List.of(split())), new ArrayList<>()));
      } else if (c == ',' && !open.isEmpty()) {
        alternative(open.getLast());
      } else if (c == '}' && !open.isEmpty()) {
        close(open.removeLast());
      } else if (c == '[') {
        at = range(in, at);
      } else if (c == '?') {
        eat(Kind.NO_DELIMITER, 0, 0, "");
      } else if (c == '*') {
        boolean any = at < in.length && in[at] == '*';
        if (any) at++;
        star(any ? Kind.ANY : Kind.NO_DELIMITER);
      } else if (c == '\\') {
        if (at < in.length) eat(Kind.RANGE, in[at], in[at++], "");
      } else {
        eat(Kind.RANGE, c, c, "");
      }
    }
    while (!open.isEmpty()) close(open.removeLast());
    eat(Kind.END, 0, 0, "");
  }

  private int eat(Kind kind, int from, int to, String list) {
    var node = new Node(kind, from, to, list);
    node.next = nodes.size() + 1;
    nodes.add(node);
    return nodes.size() - 1;
  }

  private int split() {
    return eat(Kind.SPLIT, 0, 0, "");
  }

  private void star(Kind kind) {
    int split = split();
    nodes.get(eat(kind, 0, 0, "")).next = split;
    nodes.get(split).other = nodes.size();
  }

  private void alternative(Group group) {
    group.ends().add(split());
    nodes.get(group.starts().getLast()).other = nodes.size();
    group.starts().add(split());
  }

  private void close(Group group) {
    for (int end : group.ends()) nodes.get(end).next = nodes.size();
  }

  /** Behind the bracket: a range of two, or a list, which a bracket ends. */
  private int range(int[] in, int from) throws BuiltinFault {
    int at = from;
    boolean not = at < in.length && in[at] == '!';
    if (not) at++;
    if (at + 1 < in.length && in[at + 1] == '-') {
      if (at + 3 >= in.length) throw new BuiltinFault("unexpected end of input");
      if (in[at + 3] != ']') throw new BuiltinFault("expected close range character");
      if (in[at + 2] < in[at]) throw new BuiltinFault("hi character should be greater than lo");
      eat(not ? Kind.OUTSIDE : Kind.RANGE, in[at], in[at + 2], "");
      return at + 4;
    }
    var list = new StringBuilder();
    while (at < in.length && in[at] != ']') {
      if (in[at] == '\\') at++;
      if (at < in.length) list.appendCodePoint(in[at++]);
    }
    if (at >= in.length) throw new BuiltinFault("unexpected end of input");
    if (list.isEmpty()) throw new BuiltinFault("could not parse range");
    eat(not ? Kind.NONE_OF : Kind.ONE_OF, 0, 0, list.toString());
    return at + 1;
  }

  boolean matches(Calling context, String text) {
    context.spend(1L + nodes.size() + text.length() * (1L + nodes.size() / 16));
    var now = new BitSet(nodes.size());
    var then = new BitSet(nodes.size());
    var todo = new int[2 * nodes.size() + 2];
    reach(0, now, todo);
    for (int i = 0; i < text.length() && !now.isEmpty(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      boolean delimiter = delimiters.indexOf(c) >= 0;
      then.clear();
      for (int s = now.nextSetBit(0); s >= 0; s = now.nextSetBit(s + 1)) {
        Node node = nodes.get(s);
        if (eats(node, c, delimiter)) reach(node.next, then, todo);
      }
      BitSet swap = now;
      now = then;
      then = swap;
    }
    return now.get(nodes.size() - 1);
  }

  private static boolean eats(Node node, int c, boolean delimiter) {
    return switch (node.kind) {
      case SPLIT, END -> false;
      case RANGE -> c >= node.from && c <= node.to;
      case OUTSIDE -> c < node.from || c > node.to;
      case ONE_OF -> node.list.indexOf(c) >= 0;
      case NONE_OF -> node.list.indexOf(c) < 0;
      case NO_DELIMITER -> !delimiter;
      case ANY -> true;
    };
  }

  /** Adds a state and all to which it leads without eating. */
  private void reach(int state, BitSet states, int[] todo) {
    int size = 0;
    todo[size++] = state;
    while (size > 0) {
      int one = todo[--size];
      if (states.get(one)) continue;
      states.set(one);
      Node node = nodes.get(one);
      if (node.kind != Kind.SPLIT) continue;
      if (node.other >= 0) todo[size++] = node.other;
      todo[size++] = node.next;
    }
  }
}
