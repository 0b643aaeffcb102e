package dev.theca.rego.parse;

import java.util.ArrayList;
import java.util.List;

/** Takes a template string apart: texts, and the tokens between braces. */
final class Templates {
  private Templates() {}

  /** A text, or the tokens of a term with an end token; never both. */
  record Piece(String text, List<Token> tokens) {}

  static List<Piece> pieces(Token token, Tokens in) throws Malformed {
    String file = in.text;
    boolean raw = token.text().charAt(1) == '`';
    var pieces = new ArrayList<Piece>();
    int end = token.end() - 1;
    int from = token.offset() + 2;
    var text = new StringBuilder();
    for (int i = from; i < end; i++) {
      char c = file.charAt(i);
      if (c == '\\' && i + 1 < end && "{}".indexOf(file.charAt(i + 1)) >= 0) {
        text.append(file.charAt(++i));
      } else if (c == '\\' && !raw) {
        int length = file.charAt(i + 1) == 'u' ? 6 : 2;
        text.append(Escapes.value(file, i, Math.min(end, i + length)));
        i += length - 1;
      } else if (c == '{') {
        if (!text.isEmpty()) pieces.add(new Piece(text.toString(), List.of()));
        text.setLength(0);
        int close = close(file, i, end);
        pieces.add(new Piece("", shifted(in, i + 1, close)));
        i = close;
      } else text.append(c);
    }
    if (!text.isEmpty()) pieces.add(new Piece(text.toString(), List.of()));
    return pieces;
  }

  private static int close(String file, int open, int end) throws Malformed {
    int depth = 0;
    boolean quoted = false;
    for (int i = open; i < end; i++) {
      char c = file.charAt(i);
      if (quoted && c == '\\') i++;
      else if (c == '"') quoted = !quoted;
      else if (!quoted && c == '{') depth++;
      else if (!quoted && c == '}' && --depth == 0) return i;
    }
    throw new Malformed(open, "a closing '}' in the template", "none");
  }

  private static List<Token> shifted(Tokens in, int from, int to) throws Malformed {
    try {
      var tokens = new ArrayList<Token>();
      var cut = Lexer.cut(in.text.substring(from, to));
      for (var c : cut.comments()) in.comment(new Lexer.Comment(c.offset() + from, c.text()));
      for (Token t : cut.tokens())
        tokens.add(new Token(t.kind(), t.text(), t.offset() + from, t.end() + from, t.newline()));
      if (tokens.size() == 1) throw new Malformed(0, "a term between the braces", "none");
      return tokens;
    } catch (Malformed e) {
      throw new Malformed(e.offset + from, e.expected, e.found);
    }
  }
}
