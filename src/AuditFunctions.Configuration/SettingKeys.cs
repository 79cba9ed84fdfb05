namespace AuditFunctions.Configuration;

/// <summary>Keys that mean the same wherever they stand.</summary>
public static class SettingKeys
{
    /// <summary>The key of a script's text, in which braces are no placeholders.</summary>
    public const string Code = "code";

    private const string Script = "script";

    /// <summary>Whether a value of a map is the text of a script.</summary>
    public static bool IsCode(SettingMap map, string key) => key == Code && (Names(map["action"]) || Names(map["scheme"]) || Names(map["kind"]) || Names(map["format"]));

    private static bool Names(SettingNode? node) => node is SettingText { Value: Script };
}
