package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.JsonText;
import dev.theca.rego.value.Value;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphQlTest {
  private static final String ZOO =
      """
      interface Being { name: String! }
      type Cat implements Being { name: String!, meows(times: Int! = 2, loud: Boolean): Boolean }
      type Dog implements Being { name: String!, barks: Int, friend: Dog }
      type Stone { weight: Float }
      union Thing = Cat | Stone
      enum Size { SMALL, LARGE }
      scalar Date
      input Range { from: Int!, to: Int = 9, size: Size, days: [Date!] }
      input Either @oneOf { a: Int, b: String }
      directive @cached(for: Int!) on FIELD | QUERY
      directive @twice repeatable on FIELD
      type Query {
        being(id: ID!): Being
        cat(size: Size, names: [String!]): Cat
        dog: Dog
        thing: Thing
        count(range: Range, either: Either, least: Float, at: Date): Int!
      }
      type Mutation { feed(id: ID!): Boolean }
      type Subscription { fed: Dog, slept: Dog }
      """;

  private static String tree(String function, String document) throws BuiltinFault {
    Value tree = Objects.requireNonNull(Called.call(function, Value.of(document)));
    return JsonText.of(tree).replace("\"", "'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {a} | {'Operations':[{'Name':'','Operation':'query','SelectionSet':[{'Alias':'a','Name':'a'}]}]}
          fragment F on T {b: a} | {'Fragments':[{'Name':'F','SelectionSet':[{'Alias':'b','Name':'a'}],'TypeCondition':'T'}]}
          mutation M {...F ... {x} ... on T @d {y}} | {'Operations':[{'Name':'M','Operation':'mutation','SelectionSet':[{'Name':'F'},{'SelectionSet':[{'Alias':'x','Name':'x'}],'TypeCondition':''},{'Directives':[{'Location':'','Name':'d'}],'SelectionSet':[{'Alias':'y','Name':'y'}],'TypeCondition':'T'}]}]}
          query Q($v: [T!]! = [1]) {a} | {'Operations':[{'Name':'Q','Operation':'query','SelectionSet':[{'Alias':'a','Name':'a'}],'VariableDefinitions':[{'DefaultValue':{'Children':[{'Name':'','Value':{'ExpectedTypeHasDefault':false,'Kind':1,'Raw':'1'}}],'ExpectedTypeHasDefault':false,'Kind':8,'Raw':''},'Type':{'Elem':{'NamedType':'T','NonNull':true},'NamedType':'','NonNull':true},'Used':false,'Variable':'v'}]}]}
          """)
  void a_query_becomes_a_tree(String query, String expected) throws Exception {
    assertThat(tree("graphql.parse_query", query)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          $v | 0 | v
          -12 | 1 | -12
          1.5e-3 | 2 | 1.5e-3
          "a\\n\\u00e9\\ud800" | 3 | a\\né�
          '''a b''' | 4 | a b
          true | 5 | true
          null | 6 | null
          NULL | 7 | NULL
          """)
  void each_kind_of_value_has_its_number(String value, int kind, String raw) throws Exception {
    String query = "{a(b: " + value.replace("'", "\"") + ")}";
    assertThat(tree("graphql.parse_query", query))
        .contains("'Value':{'ExpectedTypeHasDefault':false,'Kind':" + kind + ",'Raw':'" + raw);
  }

  @Test
  void a_schema_becomes_a_tree_with_its_comments() throws Exception {
    String schema =
        """
        # of T
        type T implements A & B @d(x: {y: 1}) {
          # of f
          "f it is"
          f(a: Int = 1): [T]
          # the end
        }
        """;
    assertThat(tree("graphql.parse_schema", schema))
        .isEqualTo(
            "{'Definitions':[{'AfterDescriptionComment':{'List':[{'Value':'# of T'}]},"
                + "'BuiltIn':false,'Description':'','Directives':[{'Arguments':[{'Name':'x','Value':"
                + "{'Children':[{'Name':'y','Value':{'ExpectedTypeHasDefault':false,'Kind':1,'Raw':"
                + "'1'}}],'ExpectedTypeHasDefault':false,'Kind':9,'Raw':''}}],'Location':'','Name':"
                + "'d'}],'EndOfDefinitionComment':{'List':[{'Value':'# the end'}]},'Fields':["
                + "{'Arguments':[{'DefaultValue':{'ExpectedTypeHasDefault':false,'Kind':1,'Raw':'1'},"
                + "'Description':'','Name':'a','Type':{'NamedType':'Int','NonNull':false}}],"
                + "'BeforeDescriptionComment':{'List':[{'Value':'# of f'}]},'Description':'f it is',"
                + "'Name':'f','Type':{'Elem':{'NamedType':'T','NonNull':false},'NamedType':'',"
                + "'NonNull':false}}],'Interfaces':['A','B'],'Kind':'OBJECT','Name':'T'}]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          directive @d(a: Int) repeatable on FIELD ¦ QUERY | {'Directives':[{'Arguments':[{'Description':'','Name':'a','Type':{'NamedType':'Int','NonNull':false}}],'Description':'','IsRepeatable':true,'Locations':['FIELD','QUERY'],'Name':'d'}]}
          "it" enum E { A @d B } | {'Definitions':[{'BuiltIn':false,'Description':'it','EnumValues':[{'Description':'','Directives':[{'Location':'','Name':'d'}],'Name':'A'},{'Description':'','Name':'B'}],'Kind':'ENUM','Name':'E'}]}
          extend schema @d { query: Q } | {'SchemaExtension':[{'Description':'','Directives':[{'Location':'','Name':'d'}],'OperationTypes':[{'Operation':'query','Type':'Q'}]}]}
          extend union U = ¦ A ¦ B | {'Extensions':[{'BuiltIn':false,'Description':'','Kind':'UNION','Name':'U','Types':['A','B']}]}
          input I { a: Int = 3 } scalar S | {'Definitions':[{'BuiltIn':false,'Description':'','Fields':[{'DefaultValue':{'ExpectedTypeHasDefault':false,'Kind':1,'Raw':'3'},'Description':'','Name':'a','Type':{'NamedType':'Int','NonNull':false}}],'Kind':'INPUT_OBJECT','Name':'I'},{'BuiltIn':false,'Description':'','Kind':'SCALAR','Name':'S'}]}
          """)
  void a_schema_becomes_a_tree(String schema, String expected) throws Exception {
    assertThat(tree("graphql.parse_schema", schema.replace('¦', '|'))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          graphql.parse_query | { | Expected Name, found <EOF> in GraphQL string at location 1:2
          graphql.parse_query | {} | expected at least one definition, found } in GraphQL string at location 1:2
          graphql.parse_query | {a(b: )} | Unexpected ) in GraphQL string at location 1:7
          graphql.parse_query | query($a: Int = $b) {a} | Unexpected $ in GraphQL string at location 1:17
          graphql.parse_query | type T {a: Int} | Unexpected Name "type" in GraphQL string at location 1:1
          graphql.parse_query | "on" | Unexpected String "on" in GraphQL string at location 1:2
          graphql.parse_query | {a 'b'} | Expected Name, found <Invalid> in GraphQL string at location 1:4
          graphql.parse_query | fragment on on T {a} | Unexpected Name "on" in GraphQL string at location 1:10
          graphql.parse_query | {a(b: 01)} | Unexpected <Invalid> in GraphQL string at location 1:8
          graphql.parse_query | {é} | Expected Name, found <Invalid> in GraphQL string at location 1:2
          graphql.parse_schema | type T {} | expected at least one definition, found } in GraphQL string at location 1:9
          graphql.parse_schema | extend type T | Unexpected <EOF> in GraphQL string at location 1:14
          graphql.parse_schema | "it" extend type T {a: B} | Unexpected String "it" in GraphQL string at location 1:2
          graphql.parse_schema | input I {a(b: C): D} | Expected :, found ( in GraphQL string at location 1:11
          graphql.parse_schema | directive @d on HERE | Unexpected Name "HERE" in GraphQL string at location 1:17
          graphql.parse_schema | schema { 'x | Unexpected single quote character ('), did you mean to use a double quote (")? in GraphQL string at location 1:10
          graphql.parse_schema | {a} | Unexpected { in GraphQL string at location 1:1
          """)
  void a_text_that_is_no_document_is_told_where(String function, String text, String fault) {
    assertThatThrownBy(() -> Called.call(function, Value.of(text)))
        .isInstanceOf(BuiltinFault.class)
        .hasMessage(fault);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {being(id: 4) {name ... on Cat {meows(loud: true)}}}
          {thing {... on Stone {weight} __typename}}
          query A($s: Size = SMALL) {cat(size: $s) {name}} query B {dog {friend {name}}}
          query($n: [String!]!) {cat(names: $n) {...C}} fragment C on Cat {name meows}
          query @cached(for: 1) {dog @cached(for: 2) {name @skip(if: false)}}
          {count(range: {from: 1, size: LARGE, days: ["today"]}, least: 3, at: {any: thing})}
          {count(either: {a: 1})}
          {a: dog {name} b: dog {name}}
          {dog {name} dog {barks}}
          mutation {feed(id: "a")}
          subscription S {fed {name}}
          {__schema {types {name fields {name}}}}
          {__type(name: "Cat") {kind}}
          {count(least: null)}
          query($t: Int) {cat {meows(times: $t)}}
          ``
          """)
  void a_query_that_keeps_to_the_rules_is_valid(String query) throws Exception {
    var result = (ArrayValue) Called.call("graphql.parse", Value.of(query), Value.of(ZOO));
    assertThat(Objects.requireNonNull(result).item(0))
        .isEqualTo(Called.call("graphql.parse_query", Value.of(query)));
    assertThat(result.item(1)).isEqualTo(Called.call("graphql.parse_schema", Value.of(ZOO)));
    assertThat(Called.call("graphql.is_valid", Value.of(query), Value.of(ZOO)))
        .isEqualTo(Value.of(true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {cats {name}} | Cannot query field "cats" on type "Query". Did you mean "cat"? in
          {being(id: 1) {barks}} | Cannot query field "barks" on type "Being". Did you mean to use an inline fragment on "Dog"? in
          {thing {weight}} | Cannot query field "weight" on type "Thing". Did you mean to use an inline fragment on "Stone"? in
          {being {name}} | Field "being" argument "id" of type "ID!" is required, but it was not provided in GraphQL query string at location 1:2
          {dog(a: 1) {name}} | Unknown argument "a" on field "Query.dog" in
          {cat(size: SMALL, size: LARGE) {name}} | There can be only one argument named "size" in
          {dog} | Field "dog" of type "Dog" must have a selection of subfields. Did you mean "dog { ... }"? in
          {dog {name {x}}} | Field "name" must not have a selection since type "String" has no subfields in
          {dog {...F}} | Unknown fragment "F" in GraphQL query string at location 1:10
          {dog {name}} fragment F on Dog {name} | Fragment "F" is never used in
          {dog {...F}} fragment F on Dog {...F} | Cannot spread fragment "F" within itself in
          {dog {...F}} fragment F on Dog {friend {...G}} fragment G on Dog {friend {...F}} | Cannot spread fragment "F" within itself via G in
          {dog {...F}} fragment F on Dig {name} | Unknown type "Dig". Did you mean "Dog" or "ID"? in
          {dog {... on Cat {name}}} | Fragment cannot be spread here as objects of type "Dog" can never be of type "Cat" in
          {dog {...F}} fragment F on Cat {name} | Fragment "F" cannot be spread here as objects of type "Dog" can never be of type "Cat" in
          {dog {... on Size {name}}} | Fragment cannot condition on non composite type "Size"
          {dog @no {name}} | Unknown directive "@no" in
          query @twice {dog {name}} | Directive "@twice" may not be used on QUERY in
          {dog @twice @twice {name}} | The directive "@twice" can only be used once at this location in
          {dog @cached {name}} | Directive "@cached" argument "for" of type "Int!" is required, but it was not provided in
          {dog {name}} {dog {name}} | This anonymous operation must be the only defined operation.
          query A {dog {name}} query A {dog {name}} | There can be only one operation named "A" in
          subscription {fed {name} slept {name}} | Anonymous Subscription must select only one top level field in
          subscription S {__typename} | Subscription "S" must not select an introspection top level field in
          query($a: Int) {dog {name}} | Variable "$a" is never used in GraphQL query string at location 1:7
          query Q {being(id: $a) {name}} | Variable "$a" is not defined by operation "Q" in
          query($a: Int, $a: Int) {cat {meows(times: $a)}} | There can be only one variable named "$a"
          query($a: Cat) {cat {meows(loud: $a)}} | cannot be non-input type "Cat"
          query($a: What) {cat {meows(loud: $a)}} | Unknown type "What"
          query($a: Int) {count(range: {from: $a})} | Variable "$a" of type "Int" used in position expecting type "Int!" in
          query($a: String) {cat {meows(loud: $a)}} | Variable "$a" of type "String" used in position expecting type "Boolean" in
          {cat(size: TINY) {name}} | Value "TINY" does not exist in "Size" enum in
          {cat(size: "SMALL") {name}} | Enum "Size" cannot represent non-enum value: "SMALL". Did you mean the enum value "SMALL"? in
          {cat {meows(times: "2")}} | Int cannot represent non-integer value: "2" in
          {cat {meows(times: 99999999999999999999)}} | Int cannot represent non 32-bit signed integer value: 99999999999999999999 in
          {cat {meows(times: null)}} | Expected value of type "Int!", found null in
          {cat {meows(loud: 1)}} | Boolean cannot represent a non boolean value: 1 in
          {count(least: "x")} | Float cannot represent non numeric value: "x" in
          {count(least: 1e999)} | Float cannot represent non numeric value: 1e999 in
          {being(id: 1.5) {name}} | ID cannot represent a non-string and non-integer value: 1.5 in
          {cat(names: [1]) {name}} | String cannot represent a non string value: 1 in
          {count(range: {})} | Field "Range.from" of required type "Int!" was not provided in
          {count(range: {from: 1, too: 2})} | Field "too" is not defined by type "Range". Did you mean "to"? in
          {count(range: {from: 1, from: 2})} | There can be only one input field named "from" in
          {count(range: [1])} | Expected value of type "Range", found [1] in
          {count(either: {a: 1, b: "x"})} | OneOf Input Object "Either" must specify exactly one key in
          {count(either: {a: null})} | Field "Either.a" must be non-null in
          query($a: Int) {count(either: {a: $a})} | Variable "a" must be non-nullable to be used for OneOf Input Object "Either" in
          {a: dog {name} a: cat {name}} | Fields "a" conflict because "dog" and "cat" are different fields. Use different aliases on the fields to fetch both if this was intentional in GraphQL query string at location 1:16
          {being(id: 1) {name} being(id: 2) {name}} | Fields "being" conflict because they have differing arguments.
          {dog {x: name} dog {x: barks}} | Fields "dog" conflict because subfields "x" conflict because "name" and "barks" are different fields.
          {being(id: 1) {... on Dog {x: barks} ... on Cat {x: meows}}} | Fields "x" conflict because they return conflicting types "Int" and "Boolean".
          {dog {...F name}} fragment F on Dog {name: barks} | Fields "name" conflict because "name" and "barks" are different fields.
          {dog {...F ...G}} fragment F on Dog {x: barks} fragment G on Dog {x: name} | Fields "x" conflict because "barks" and "name" are different fields.
          {__schema {types {fields {type {fields {type {fields {name}}}}}}}} | Maximum introspection depth exceeded in
          """)
  void a_query_that_breaks_a_rule_is_told_which(String query, String fault) throws Exception {
    assertThatThrownBy(() -> Called.call("graphql.parse", Value.of(query), Value.of(ZOO)))
        .isInstanceOf(BuiltinFault.class)
        .hasMessageContaining(fault.replaceFirst(" in$", ""));
    assertThat(Called.call("graphql.is_valid", Value.of(query), Value.of(ZOO)))
        .isEqualTo(Value.of(false));
    assertThat(Called.shown("graphql.parse_and_verify", Value.of(query), Value.of(ZOO)))
        .isEqualTo("[false, {}, {}]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          type Int {a: Int} | Cannot redeclare type Int.
          type T {a: Int} extend enum T {A} | Cannot extend type T because the base type is a OBJECT, not ENUM.
          directive @defer on FIELD | Cannot redeclare directive defer.
          schema {query: Q} | Schema root query refers to a type Q that does not exist.
          type Q {a: Int} schema {query: Q} schema {query: Q} | Cannot have multiple schema entry points, consider schema extensions instead.
          type T {__a: Int} | Name "__a" must not begin with "__", which is reserved by GraphQL introspection.
          type __T {a: Int} | Name "__T" must not begin with "__"
          type T {a: U} | Undefined type U.
          type T {a(b: T): Int} | cannot use T as argument b because OBJECT is not a valid input type
          type T {a: Int @d} | Undefined directive d.
          type T {a: Int @skip(if: true)} | Directive skip is not applicable on FIELD_DEFINITION.
          directive @d(a: Int @d) on ARGUMENT_DEFINITION | Directive d cannot refer to itself.
          union U = T | Undefined type "T".
          union U = Int | UNION type "Int" must be OBJECT.
          type T implements I {a: Int} | Undefined type "I".
          type T implements Int {a: Int} | "Int" is a non interface type SCALAR.
          interface I {a: Int} type T implements I {b: Int} | For T to implement I it must have a field called a.
          interface I {a: Int!} type T implements I {a: Int} | For T to implement I the field a must have type Int!.
          interface I {a(b: Int): Int} type T implements I {a: Int} | For T to implement I the field a must have the same arguments but it is missing b.
          interface I {a(b: Int): Int} type T implements I {a(b: ID): Int} | For T to implement I the field a must have the same arguments but b has the wrong type.
          interface I {a: Int} type T implements I {a(b: Int!): Int} | For T to implement I any additional arguments on a must be optional or have a default value but b is required.
          interface I {a: Int} interface J implements I {a: Int} type T implements J {a: Int} | Type T must implement I because it is implemented by J.
          interface I implements J {a: Int} interface J implements I {a: Int} | Type I cannot implement J because it would create a circular reference.
          type T | OBJECT T: must define one or more fields.
          enum E | ENUM E: must define one or more unique enum values.
          enum E {true} | ENUM E: non-enum value true.
          input I | INPUT_OBJECT I: must define one or more input fields.
          input I {a: Int} type T {a: I} | OBJECT T: field must be one of SCALAR, OBJECT, INTERFACE, UNION, ENUM.
          type T {a: Int} input I {a: T} | OBJECT a: field must be one of SCALAR, ENUM, INPUT_OBJECT.
          type T {a: Int a: ID} | Field T.a can only be defined once.
          """)
  void a_schema_that_breaks_a_rule_is_told_which(String schema, String fault) throws Exception {
    assertThatThrownBy(() -> Called.call("graphql.parse", Value.of(""), Value.of(schema)))
        .isInstanceOf(BuiltinFault.class)
        .hasMessageStartingWith("Error in gqlparser SchemaDocument to Schema conversion: input:1:")
        .hasMessageContaining(": " + fault);
    assertThat(Called.call("graphql.schema_is_valid", Value.of(schema))).isEqualTo(Value.of(false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          extend type Query {a: Int}
          directive @skip(if: Boolean!) on FIELD
          type Q {a: Int} schema {query: Q}
          interface I {a: I} type T implements I {a: T}
          interface I {a(b: Int): [I]} type T implements I {a(b: Int, c: Int! = 1): [T!]!}
          ``
          """)
  void a_schema_that_keeps_to_the_rules_is_valid(String schema) throws Exception {
    assertThat(Called.call("graphql.schema_is_valid", Value.of(schema))).isEqualTo(Value.of(true));
  }

  @Test
  void trees_are_taken_where_texts_are() throws Exception {
    Value schema = Objects.requireNonNull(Called.call("graphql.parse_schema", Value.of(ZOO)));
    Value query =
        Objects.requireNonNull(
            Called.call("graphql.parse_query", Value.of("{being(id: 1) {name}}")));
    assertThat(Called.call("graphql.schema_is_valid", schema)).isEqualTo(Value.of(true));
    assertThat(Called.call("graphql.parse", query, schema))
        .isEqualTo(ArrayValue.owning(query, schema));
    Value wrong = Objects.requireNonNull(Called.call("graphql.parse_query", Value.of("{nobody}")));
    assertThat(Called.shown("graphql.parse_and_verify", wrong, schema))
        .isEqualTo("[false, {}, {}]");
  }

  @Test
  void fragments_are_lost_in_trees_that_are_handed_over() throws Exception {
    Value query =
        Objects.requireNonNull(
            Called.call("graphql.parse_query", Value.of("{dog {... on Dog {name}}}")));
    assertThat(Called.call("graphql.is_valid", query, Value.of(ZOO))).isEqualTo(Value.of(false));
  }

  @Test
  void trees_of_other_kinds_are_not_valid() throws Exception {
    for (String tree :
        new String[] {
          "{'Operations': 1}",
          "{'Operations': [{'Operation': 7}]}",
          "{'Operations': [null]}",
          "{'Operations': [{'SelectionSet': [{'Name': 'dog', 'Arguments': [{'Name': 'a'}]}]}]}"
        })
      assertThat(Called.call("graphql.is_valid", Written.value(tree), Value.of(ZOO)))
          .as(tree)
          .isEqualTo(Value.of(false));
    assertThat(
            Called.call(
                "graphql.schema_is_valid",
                Written.value("{'Definitions': [{'Kind': 'OBJECT', 'Fields': [{'Name': 'a'}]}]}")))
        .isEqualTo(Value.of(false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {a | } | 400 | true
          {a | } | 5000 | false
          {a(b: [ | ])} | 400 | true
          {a(b: [ | ])} | 100000 | false
          """)
  void what_is_too_deep_is_a_fault_and_no_answer(
      String open, String close, int levels, boolean expected) {
    int cut = Math.max(open.lastIndexOf('['), open.lastIndexOf('{'));
    String repeated = open.substring(cut);
    String text =
        open.substring(0, cut)
            + repeated.repeat(levels)
            + (close.startsWith("]")
                ? "1" + "]".repeat(levels) + close.substring(1)
                : "}".repeat(levels));
    String shown = Called.shown("graphql.parse_query", Value.of(text));
    assertThat(shown.startsWith("fault: nested deeper")).isEqualTo(!expected);
    assertThat(Called.shown("graphql.is_valid", Value.of(text), Value.of(ZOO)))
        .satisfies(s -> assertThat(s.startsWith("fault: nested deeper")).isEqualTo(!expected));
  }

  @Test
  void chains_of_fragments_end_by_themselves() {
    var query = new StringBuilder("{dog {...F0}}");
    for (int i = 0; i < 20_000; i++)
      query.append(" fragment F").append(i).append(" on Dog {...F").append(i + 1).append("}");
    query.append(" fragment F20000 on Dog {name}");
    assertThat(Called.shown("graphql.is_valid", Value.of(query.toString()), Value.of(ZOO)))
        .startsWith("fault: nested deeper");
  }

  @Test
  void fields_of_one_name_are_compared_within_limits() {
    var query = new StringBuilder("{");
    query.append("dog {name} ".repeat(20_000)).append('}');
    assertThatThrownBy(
            () ->
                Called.call(
                    new Called.Context(20_000_000),
                    "graphql.is_valid",
                    Value.of(query.toString()),
                    Value.of(ZOO)))
        .isInstanceOf(Called.Exhausted.class);
  }
}
