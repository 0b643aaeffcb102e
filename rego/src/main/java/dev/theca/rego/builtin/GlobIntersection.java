package dev.theca.rego.builtin;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code regex.globs_match}: whether some text matches both of two small patterns of characters,
 * {@code .}, {@code [a-z]}, each with {@code *} or {@code +}. It answers as Open Policy Agent does,
 * which is not always what set theory says: a star eats what it can before it stops.
 */
final class GlobIntersection {
  private final List<Token> first;
  private final List<Token> second;

  /** By order of the two, then by where each stands: whether the rests meet. */
  private final BitSet[][] meet;

  /** Whether the star of one, here, can eat the rest of the other, from here, or meet it. */
  private final BitSet[][] eat;

  /** One character of many: null is any. A flag is {@code *}, {@code +} or a space for none. */
  private record Token(Set<Integer> characters, boolean any, char flag) {
    boolean matches(Token other) {
      if (any || other.any) return true;
      if (characters.size() > other.characters.size()) return other.matches(this);
      return characters.stream().anyMatch(other.characters::contains);
    }

    boolean flagged() {
      return flag != ' ';
    }
  }

  private GlobIntersection(List<Token> first, List<Token> second) {
    this.first = first;
    this.second = second;
    this.meet = new BitSet[2][first.size() + 1];
    this.eat = new BitSet[2][first.size() + 1];
    for (int o = 0; o < 2; o++)
      for (int i = 0; i <= first.size(); i++) {
        meet[o][i] = new BitSet();
        eat[o][i] = new BitSet();
      }
  }

  static boolean exists(Calling context, String a, String b) throws BuiltinFault {
    List<Token> first = tokens(context, a);
    List<Token> second = tokens(context, b);
    long work = 16L * (first.size() + 1) * (second.size() + 1);
    for (Token token : first) work += 4L * token.characters.size() * second.size();
    context.spend(work);
    return new GlobIntersection(first, second).fill();
  }

  /** From the ends to the begins, so that every answer finds those it needs. */
  private boolean fill() {
    int n = first.size();
    int m = second.size();
    for (int i = n; i >= 0; i--)
      for (int j = m; j >= 0; j--) {
        if (i < n) eat[0][i].set(j, eats(first, i, second, j, 0));
        if (j < m) eat[1][i].set(j, eats(second, j, first, i, 1));
        meet[0][i].set(j, meets(i, j, 0));
        meet[1][i].set(j, meets(i, j, 1));
      }
    return meet[0][0].get(0);
  }

  private boolean eats(List<Token> starred, int s, List<Token> other, int o, int order) {
    boolean last = s + 1 == starred.size();
    if (o == other.size()) return last;
    Token token = other.get(o);
    int i = order == 0 ? s : o;
    int j = order == 0 ? o : s;
    if (!last && token.matches(starred.get(s + 1))) {
      boolean all = order == 0 ? meet[0][i + 1].get(j) : meet[1][i].get(j + 1);
      if (all) return true;
    }
    if (!token.matches(starred.get(s))) return false;
    return order == 0 ? eat[0][i].get(j + 1) : eat[1][i + 1].get(j);
  }

  /** Where both stand at a flag, the one that comes first in this order goes first. */
  private boolean meets(int i, int j, int order) {
    if (i == first.size() || j == second.size()) return i == first.size() && j == second.size();
    Token a = first.get(i);
    Token b = second.get(j);
    if (!a.flagged() && !b.flagged()) return a.matches(b) && meet[order][i + 1].get(j + 1);
    boolean byFirst = order == 0 ? a.flagged() : !b.flagged();
    char flag = byFirst ? a.flag() : b.flag();
    if (flag == '*') return eat[byFirst ? 0 : 1][i].get(j);
    return a.matches(b) && (byFirst ? eat[0][i].get(j + 1) : eat[1][i + 1].get(j));
  }

  private static List<Token> tokens(Calling context, String text) throws BuiltinFault {
    int[] in = text.codePoints().toArray();
    context.spend(1L + in.length);
    var tokens = new ArrayList<Token>();
    int at = 0;
    while (at < in.length) {
      var characters = new HashSet<Integer>();
      boolean any = false;
      switch (in[at]) {
        case '.' -> any = true;
        case '[' -> at = set(context, in, at + 1, characters);
        case '\\' -> characters.add(escaped(in, ++at));
        case ']', '*', '+' -> throw invalid(at, "unexpected '" + Character.toString(in[at]) + "'");
        default -> characters.add(in[at]);
      }
      at++;
      char flag = ' ';
      if (at < in.length && (in[at] == '*' || in[at] == '+')) flag = (char) in[at++];
      add(tokens, new Token(characters, any, flag));
    }
    return tokens;
  }

  /** Two flags in a row on equal characters are one. */
  private static void add(List<Token> tokens, Token token) {
    Token last = tokens.isEmpty() ? token : tokens.getLast();
    boolean repeated =
        !tokens.isEmpty()
            && last.flagged()
            && token.flagged()
            && last.any == token.any
            && last.characters.equals(token.characters);
    if (!repeated) tokens.add(token);
    else if (token.flag == '+') tokens.set(tokens.size() - 1, token);
  }

  /** Reads a set up to its bracket and says where that stands. */
  private static int set(Calling context, int[] in, int from, Set<Integer> characters)
      throws BuiltinFault {
    int previous = -1;
    for (int at = from; at < in.length; at++) {
      if (in[at] == ']') return at;
      if (in[at] == '\\') {
        previous = escaped(in, ++at);
        characters.add(previous);
      } else if (in[at] != '-') {
        previous = in[at];
        characters.add(previous);
      } else {
        if (previous < 0) throw invalid(at, "'-' must be preceded by a character");
        if (++at >= in.length || in[at] == ']' || in[at] == '-')
          throw invalid(at, "'-' must be followed by a character");
        int to = in[at] == '\\' ? escaped(in, ++at) : in[at];
        if (to < previous) throw invalid(at, "range is out of order");
        context.spend(to - previous);
        for (int c = previous; c <= to; c++) characters.add(c);
        previous = -1;
      }
    }
    throw invalid(in.length, "found [ without matching ]");
  }

  private static int escaped(int[] in, int at) throws BuiltinFault {
    if (at >= in.length) throw invalid(at - 1, "input ends with a \\ (escape) character");
    return in[at];
  }

  private static BuiltinFault invalid(int at, String what) {
    return new BuiltinFault("pos:" + at + ":" + what + ": the input provided is invalid");
  }
}
