namespace Microsoft.Azure.Functions.Worker;

/// <summary>Makes a method a function, under the name by which the host knows it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class FunctionAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
