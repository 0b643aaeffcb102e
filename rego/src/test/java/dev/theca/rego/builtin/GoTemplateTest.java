package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code strings.render_template}. */
class GoTemplateTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '^',
      textBlock =
          """
          'hi {{.who}}!', {'who': 'you'} § 'hi you!'
          '{{.n}} {{.f}} {{.b}} {{.z}}', {'n': 7, 'f': 1.50, 'b': true, 'z': null} § '7 1.50 true <undefined>'
          '{{.a.b.c}}', {'a': {'b': {'c': 'deep'}}} § 'deep'
          '{{.a}} {{.o}}', {'a': [1, 'x', null], 'o': {'k': [2], 'b': 'v'}} § '[1 x <nil>] map[b:v k:[2]]'
          '{{range .xs}}<{{.}}>{{end}}', {'xs': ['a', 'b']} § '<a><b>'
          '{{range .xs}}x{{else}}none{{end}}', {'xs': []} § 'none'
          '{{range $i, $x := .xs}}{{if $i}}, {{end}}{{$i}}={{$x}}{{end}}', {'xs': ['a', 'b']} § '0=a, 1=b'
          '{{range $k, $v := .m}}{{$k}}{{$v}} {{end}}', {'m': {'b': 2, 'a': 1}} § 'a1 b2 '
          '{{range $x := .xs}}{{if eq $x "b"}}{{break}}{{end}}{{$x}}{{end}}', {'xs': ['a', 'b', 'c']} § 'a'
          '{{range .xs}}{{if eq . "b"}}{{continue}}{{end}}{{.}}{{end}}', {'xs': ['a', 'b', 'c']} § 'ac'
          '{{range $i, $_ := .xs}}{{$.sep}}{{end}}', {'xs': [1, 2], 'sep': '-'} § '--'
          '{{range 3}}{{.}}{{end}}', {} § '012'
          '{{if .a}}A{{else if .b}}B{{else}}C{{end}}', {'a': '', 'b': [0]} § 'B'
          '{{if .a}}A{{else if .b}}B{{else}}C{{end}}', {'a': false, 'b': {}} § 'C'
          '{{if .n}}zero is a string to Go{{end}}', {'n': 0} § 'zero is a string to Go'
          '{{with .a}}{{.b}}{{end}}{{with .c}}x{{else}}y{{end}}', {'a': {'b': 1}, 'c': null} § '1y'
          'a  {{- 1 -}}  b {{/* gone */}}c {{- /* gone */ -}} d', {} § 'a1b cd'
          '{{$x := .a}}{{$x}}{{$x = "n"}}{{$x}}', {'a': 'o'} § 'on'
          '{{if and .a .b}}y{{else}}n{{end}}{{or .a .b}}{{not .a}}', {'a': 'x', 'b': ''} § 'nxfalse'
          '{{eq .a "x" "y"}}{{ne .a "y"}}{{lt 1 2}}{{le 2 2}}{{gt "b" "a"}}{{ge 1 2}}', {'a': 'y'} § 'truefalsetruetruetruefalse'
          '{{len .a}} {{len .s}} {{index .a 1}} {{index .m "k"}} {{index .m "none"}}', {'a': [1, 2], 's': 'hä', 'm': {'k': 'v'}} § '2 3 2 v <undefined>'
          '{{slice .s 1 3}} {{slice .a 1}}', {'s': 'abcd', 'a': [1, 2]} § 'bc [2]'
          '{{.s | printf "%s-%05d" "x" | len}}', {'s': 'ab'} § '19'
          '{{printf "%5.2f|%q|%t|%v" 1.5 .s true .a}}', {'s': 'ab', 'a': [1]} § ' 1.50|"ab"|true|[1]'
          '{{print 1 2 "x" 3}}{{println "a" 1}}', {} § '1 2x3a 1\\n'
          '{{html .h}}', {'h': '<&>'} § '&lt;&amp;&gt;'
          '{{(index .xs 0).n}}', {'xs': [{'n': 5}]} § '5'
          '{{"q\\\\"\\\\x41\\\\u00e9"}} {{`raw`}} {{true}} {{0x10}} {{1e3}} {{1.5}}', {} § 'q"Aé raw true 16 1000 1.5'
          '{{.a}}|{{.a.b}}|{{.m.k}}', {'m': {}} § '<undefined>|<undefined>|<undefined>'
          'x\\n  {{.a.b}}', {'a': null} § fault: template:2:4: executing "template" at <.a.b>: nil pointer evaluating interface {}.b
          '{{.a.b}}', {'a': 's'} § fault: can't evaluate field b in type string
          '{{eq .n 1}}', {'n': 1} § fault: incompatible types for comparison
          '{{index .a 5}}', {'a': [1]} § fault: index out of range: 5
          '{{nope}}', {} § fault: function "nope" not defined
          '{{end}}', {} § fault: unexpected {{end}}
          '{{}}', {} § fault: missing value for command
          '{{$x}}', {} § fault: undefined variable
          '{{"a}}', {} § fault: unterminated quoted string
          '{{break}}', {} § fault: outside {{range}}
          """)
  void a_template_is_rendered_as_go_renders_it(String args, String result) {
    Rows.check("strings.render_template", args, result);
  }

  @Test
  void a_template_that_loops_forever_long_ends_where_the_limits_end() {
    String loop = "{{range 9999}}{{range 9999}}{{range 9999}}x{{end}}{{end}}{{end}}";
    assertThatThrownBy(
            () -> Called.call("strings.render_template", Value.of(loop), ObjectValue.EMPTY))
        .isInstanceOf(Called.Exhausted.class);
  }

  @Test
  void a_template_nested_without_end_is_refused() {
    for (String piece : new String[] {"{{if 1}}", "{{((((((((", "{{if 1}}x{{else if 2}}"}) {
      assertThatThrownBy(
              () ->
                  Called.call(
                      "strings.render_template",
                      Value.of(
                          (piece.startsWith("{{(") ? "{{" : "")
                              + piece.repeat(5000).replace("({{", "(")),
                      ObjectValue.EMPTY))
          .isInstanceOf(BuiltinFault.class);
    }
  }
}
