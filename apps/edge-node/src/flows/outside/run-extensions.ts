/** The performer behind the step that runs an extension: its outputs, or why there are none and where it went wrong. */
import type { ExtensionRunner } from '@seatgrid/adapters/extensions/extension-runner.ts';
import { faultSentence } from '@seatgrid/core/extensions/run-extension.ts';
import type { RunExtensionRequest } from '@seatgrid/core/flows/kinds/run-extension.ts';
import { OutsideFailure, type Performer } from './outside-world.ts';

export function runExtensions(runner: ExtensionRunner): Performer {
  return async ({ call, request, signal }) => {
    const { extensionId, given } = request as RunExtensionRequest;
    const extension = call.tenant.config.extensions.find(({ id }) => id === extensionId);
    if (!extension)
      throw new OutsideFailure('unknown-extension', 'the tenant has no such extension any more');
    const { result } = await runner.run({ tenantId: call.tenant.id, extension, given, signal });
    if (result.ok) return result.value;
    throw new OutsideFailure(result.failure.code, faultSentence(extension.name, result.failure));
  };
}
