/**
 * To be imported before any schema is made: zod would try whether it may compile code, which the
 * browser refuses and reports (SEC W-4).
 */
import { z } from 'zod'

z.config({ jitless: true })
