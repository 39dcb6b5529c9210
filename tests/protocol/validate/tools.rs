//! Rules for tools: names, IDs, inputs, results.

use super::*;

#[test]
fn tool_calls_and_results_must_match() {
    taken(&called("t1", "t1"));
    let mut without_tools = called("t1", "t1");
    without_tools.tool_config = None;
    refused(&without_tools, "toolConfig", Kind::MissingToolConfig);

    let orphan = ask(ToolResultBlock::success("t1", "sunny")).tool(weather());
    refused(&orphan, "messages[0].content[0].toolResult.toolUseId", Kind::ToolResultWithoutToolUse);
    let answered_late = called("t1", "t1")
        .message(Message::assistant("b"))
        .message(Message::user(ToolResultBlock::success("t1", "again")));
    refused(&answered_late, "messages[4].content[0].toolResult.toolUseId", Kind::ToolResultWithoutToolUse);

    let mut unanswered = called("t1", "t1");
    unanswered.messages.pop();
    taken(&unanswered);
    unanswered.push(Message::user("never mind"));
    refused(&unanswered, "messages[1].content[0].toolUse.toolUseId", Kind::ToolUseWithoutToolResult);
    let mismatched = problems(&called("t1", "t2"));
    let kinds: Vec<_> = mismatched.iter().map(|(_, kind)| *kind).collect();
    assert_eq!(kinds, [Kind::ToolResultWithoutToolUse, Kind::ToolUseWithoutToolResult]);

    // A tool that Bedrock runs has its result in the same turn.
    let server = ToolUseBlock::new("s", "search", json!({})).r#type(ToolUseType::ServerToolUse);
    let turn = Message::assistant([ContentBlock::from(server), ToolResultBlock::success("s", "b").into()]);
    taken(&ask("a").tool(weather()).message(turn).message(Message::user("c")));
}

#[test]
fn tool_id_has_one_call_and_one_result() {
    let call = |id: &str| ContentBlock::from(ToolUseBlock::new(id, "weather", json!({})));
    let result = |id: &str| ContentBlock::from(ToolResultBlock::success(id, "sunny"));
    let talk = |calls: Vec<ContentBlock>, results: Vec<ContentBlock>| {
        ask("a").tool(weather()).message(Message::assistant(calls)).message(Message::user(results))
    };
    taken(&talk(vec![call("1"), call("2")], vec![result("1"), result("2")]));
    let twice = talk(vec![call("1")], vec![result("1"), result("1")]);
    refused(&twice, "messages[2].content[1].toolResult.toolUseId", Kind::DuplicateToolUseId);
    let twice = talk(vec![call("1"), call("1")], vec![result("1")]);
    refused(&twice, "messages[1].content[1].toolUse.toolUseId", Kind::DuplicateToolUseId);
    let again = talk(vec![call("1")], vec![result("1")])
        .message(Message::assistant(vec![call("1")]))
        .message(Message::user(vec![result("1")]));
    hinted(&again, "messages[3].content[0].toolUse.toolUseId", Kind::DuplicateToolUseId);
}

#[test]
fn tool_input_and_result_must_be_objects() {
    let talk = |input: Value, content: ToolResultContentBlock| {
        ask("a")
            .tool(weather())
            .message(Message::assistant(ToolUseBlock::new("t", "weather", input)))
            .message(Message::user(ToolResultBlock::success("t", content)))
    };
    taken(&talk(json!({}), json!({"a": [1]}).into()));
    for other in [json!([1, 2]), json!("{half"), json!(1), json!(true)] {
        let request = talk(other.clone(), "a".into());
        refused(&request, "messages[1].content[0].toolUse.input", Kind::NotAnObject);
        let request = talk(json!({}), ToolResultContentBlock::from(&other));
        refused(&request, "messages[2].content[0].toolResult.content[0].json", Kind::NotAnObject);
        let fields = ask("a").additional_model_request_fields(&other);
        refused(&fields, "additionalModelRequestFields", Kind::NotAnObject);
        let tool = ask("a").tool(ToolSpecification::new("weather", &other));
        refused(&tool, "toolConfig.tools[0].toolSpec.inputSchema.json", Kind::NotAnObject);
    }
    let request = talk(json!({}), Value::Null.into());
    refused(&request, "messages[2].content[0].toolResult.content[0].json", Kind::NotAnObject);
    let schema = |schema: Value| ask("a").tool(ToolSpecification::new("weather", schema));
    let path = "toolConfig.tools[0].toolSpec.inputSchema.json.type";
    refused(&schema(json!({"type": "string"})), path, Kind::ToolSchema);
    refused(&schema(json!({"type": ["object", "null"]})), path, Kind::ToolSchema);
    // Nova accepted a request without the type.
    hinted(&schema(json!({"oneOf": []})), path, Kind::ToolSchema);

    let mut failed = called("t1", "t1");
    let nothing = Vec::<ToolResultContentBlock>::new();
    failed.messages[2] = Message::user(ToolResultBlock::error("t1", nothing.clone()));
    refused(&failed, "messages[2].content[0].toolResult.content", Kind::Empty);
    failed.messages[2] = Message::user(ToolResultBlock::success("t1", nothing));
    hinted(&failed, "messages[2].content[0].toolResult.content", Kind::Empty);
    failed.messages[2] = Message::user(ToolResultBlock::new("t1", "a").status("Success"));
    refused(&failed, "messages[2].content[0].toolResult.status", Kind::Value);
}

#[test]
fn tool_name_must_be_valid() {
    for name in ["", "the weather", "wetter.de", "wéather", &"x".repeat(65)] {
        let spec = ToolSpecification::new(name, json!({"type": "object"}));
        refused(&ask("a").tool(spec), "toolConfig.tools[0].toolSpec.name", Kind::ToolName);
        let chosen = ask("a").tool(weather()).tool_choice(ToolChoice::tool(name));
        refused(&chosen, "toolConfig.toolChoice.tool.name", Kind::ToolName);
    }
    taken(&ask("a").tool(ToolSpecification::new(format!("a-b_{}", "x".repeat(60)), json!({"type": "object"}))));
    refused(&ask("a").tool(SystemTool::new("a b")), "toolConfig.tools[0].systemTool.name", Kind::ToolName);
    let chosen = ask("a").tool(weather()).tool_choice(ToolChoice::tool("climate"));
    hinted(&chosen, "toolConfig.toolChoice.tool.name", Kind::ToolName);
    hinted(&ask("a").tool(weather()).tool(weather()), "toolConfig.tools[1].toolSpec.name", Kind::DuplicateToolName);
    for id in ["", "a b", "a/b", &"x".repeat(65)] {
        let kinds: Vec<_> = problems(&called(id, id)).into_iter().map(|(_, kind)| kind).collect();
        assert_eq!(kinds, [Kind::ToolUseId, Kind::ToolUseId], "{id:?}");
    }
    taken(&called("a.b:c-d_9", "a.b:c-d_9"));
    let empty = ask("a").tool_config(ToolConfiguration::new(Vec::<Tool>::new()));
    refused(&empty, "toolConfig.tools", Kind::TooFew);
    refused(&ask("a").tool(weather().description("")), "toolConfig.tools[0].toolSpec.description", Kind::Text);
}
