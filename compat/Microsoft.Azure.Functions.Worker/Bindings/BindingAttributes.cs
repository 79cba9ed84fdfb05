namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Says what a parameter or a return value of a function is bound to.</summary>
public abstract class BindingAttribute : Attribute;

/// <summary>What starts the function; one per function.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public abstract class TriggerBindingAttribute : BindingAttribute;

[AttributeUsage(AttributeTargets.Parameter)]
public abstract class InputBindingAttribute : BindingAttribute;

[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public abstract class OutputBindingAttribute : BindingAttribute;
